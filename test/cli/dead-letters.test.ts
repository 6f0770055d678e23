import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import { categoryRecord } from '../../shared/category-record.ts';
import { handlerFailures } from '../../shared/category-functions/handler-failures.ts';
import { HOUR } from '../../shared/time.ts';
import { envelopeOf, invalidRecord, messagesOf, START, validRecord } from '../support/messages.ts';
import { startQuarantine } from '../support/quarantine.ts';
import type { Quarantine } from '../support/quarantine.ts';
import { RECORDS_PARTITION, recordsMessage } from '../support/records-messages.ts';
import { runCli } from './run-cli.ts';
import type { Outcome } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SIGN_IN = invalidRecord('entra', 'SignInLogs');
const BROKEN = 'garbage \u001b[31m\u202e\nmore';
const NOT_UTF8 = Buffer.from([0xff, 0xfe, 0xfd]);

let quarantine: Quarantine;

beforeAll(async () => {
  quarantine = await startQuarantine();
  const { take, sinks } = quarantine;
  const first = messagesOf([envelopeOf(SIGN_IN, SIGN_IN, validRecord('entra', 'SignInLogs')), BROKEN]);
  const later = messagesOf([SIGN_IN, NOT_UTF8, 'gar\nbage'], { first: 2, start: START + 30 * HOUR });
  await take(first);
  await take(later);
  const failures = handlerFailures({ store: sinks.store, codec: blockCodec('gzip'), retentionDays: 0 });
  const message = recordsMessage('entra/SignInLogs', ['{"n":1}'], { sequenceNumber: 3 });
  const record = { id: 'contoso/logs/0/2026-11-20T10:11:00.000Z/0/2', key: undefined, valid: true };
  await failures.keep(
    'risky',
    [categoryRecord({ ...record, category: 'entra/SignInLogs', bytes: Buffer.from('{"n":1}') })],
    'Error: no network',
    RECORDS_PARTITION,
    message,
  );
});

afterAll(() => quarantine.close());

async function deadLetters(...args: readonly string[]): Promise<Outcome> {
  return runCli('sluice', ['dead-letters', ...args], {
    cwd: await temporaryFolder(),
    env: { ArchiveStorage: quarantine.connectionString },
  });
}

/** By what each line names. */
async function idsOf(...args: readonly string[]): Promise<string[]> {
  const { stdout, exitCode } = await deadLetters('--ndjson', ...args);
  expect(exitCode).toBe(0);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const { recordId, handler } = JSON.parse(line) as { recordId: string; handler?: string };
    return handler ?? recordId.split('/').slice(-2).join('/');
  });
}

describe('sluice dead-letters', () => {
  test('groups them, the largest first, with what is wrong and an example of each', async () => {
    const { stdout, stderr, exitCode } = await deadLetters();

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^7 dead letters, 1.6 KB\n/);
    expect(stdout).toMatch(
      /1 {2}invalid +entra\/SignInLogs +3 +42\.9% .* 2026-11-20 10:11 {2}2026-11-21 16:11 {2}█ +▄/,
    );
    expect(stdout).toMatch(/not-json +unknown\/none +2 +28\.6%/);
    expect(stdout).toMatch(/handler-failed +entra\/SignInLogs \(risky\) +1 +14\.3%/);
    expect(stdout).toMatch(/1\. invalid · entra\/SignInLogs\n {3}\/\S+ .*\(in 3 of 3\)/);
    expect(stdout).toContain('for example contoso/logs/0/2026-11-20T10:11:00.000Z/0/0, offset 12:');
    expect(stdout).toContain(`   ${SIGN_IN.slice(0, 40)}`);
    expect(stdout).toContain('garbage  [31m more');
  });

  test('as JSON, for a machine', async () => {
    const { stdout } = await deadLetters('--json', '--reason', 'INVALID');

    expect(JSON.parse(stdout)).toMatchObject({
      letters: 3,
      groups: [
        {
          reason: 'invalid',
          category: 'entra/SignInLogs',
          letters: 3,
          bytes: 3 * Buffer.byteLength(SIGN_IN),
          first: '2026-11-20T10:11:00.000Z',
          hours: { '2026-11-20T10:00:00.000Z': 2, '2026-11-21T16:00:00.000Z': 1 },
          example: { id: 'contoso/logs/0/2026-11-20T10:11:00.000Z/0/0', offset: 12 },
        },
      ],
    });
  });

  test('one by one, in order, each on a line', async () => {
    const { stdout } = await deadLetters('--list', '--reason', 'not-*');
    const lines = stdout.trimEnd().split('\n');

    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(
      /^contoso\/logs\/0\/2026-11-20T10:11:01\.000Z\/1\/0 {2}not-json unknown\/none {2}\S/,
    );
    expect(await idsOf()).toEqual(['0/0', '0/1', '1/0', 'risky', '2/0', '3/0', '4/0']);
  });

  test.each([
    [['--reason', 'handler-failed'], ['risky']],
    [['--handler', 'r?sk*'], ['risky']],
    [['--handler', 'other'], []],
    [
      ['--source', 'entra'],
      ['0/0', '0/1', 'risky', '2/0'],
    ],
    [
      ['--category', 'entra/sign*', '--reason', 'invalid'],
      ['0/0', '0/1', '2/0'],
    ],
    [['--category', 'github/*'], []],
    [
      ['--to', '2026-11-20T10:11:01Z'],
      ['0/0', '0/1'],
    ],
    [
      ['--from', '2026-11-20T10:11:01Z', '--to', '2026-11-21T16:11:01Z'],
      ['1/0', 'risky', '2/0'],
    ],
    [
      ['--from', '2026-11-21T00:00Z'],
      ['2/0', '3/0', '4/0'],
    ],
  ])('%j', async (args, ids) => {
    expect(await idsOf(...args)).toEqual(ids);
  });

  test('writes the raw bytes to files', async () => {
    const folder = path.join(await temporaryFolder(), 'out');

    const { exitCode, stderr } = await deadLetters('--out', folder, '--reason', 'not-*');

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `Wrote the bytes of 3 to ${folder}.\n` });
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'));
    const bodies = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
    const wanted = [BROKEN, NOT_UTF8, 'gar\nbage'].map((body) => Buffer.from(body).toString('latin1'));
    expect(bodies.map((body) => body.toString('latin1')).toSorted()).toEqual(wanted.toSorted());
  });

  test('says what is missing where there is no storage, and what is wrong with a time', async () => {
    const nowhere = await runCli('sluice', ['dead-letters'], { cwd: await temporaryFolder() });
    const never = await deadLetters('--from', 'yesterday');
    const backwards = await deadLetters('--from', '1h', '--to', '2h');

    expect(nowhere).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('ArchiveStorage is missing') as string,
    });
    expect(never).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('or how long ago') as string,
    });
    expect(backwards).toMatchObject({ exitCode: 2, stderr: 'error: --from must be before --to.\n' });
  });

  test('of a storage without any', async () => {
    const { stdout } = await deadLetters('--from', '2020-01-01', '--to', '2020-02-01');

    expect(stdout).toBe('There are no such dead letters.\n');
  });
});
