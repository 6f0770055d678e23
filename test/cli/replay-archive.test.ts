import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../../cli/read-back/line-set.ts';
import { readHub } from '../../cli/read-back/read-hub.ts';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import type { EventHubsEmulator } from '../../local/event-hubs/emulator.ts';
import { ONLOOKERS } from '../../local/stack.ts';
import { azureRecordsHub } from '../../shared/azure/records-hub.ts';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import { HOUR } from '../../shared/time.ts';
import { envelopeOf, messagesOf, PARTITION, recordOf, START, validRecord } from '../support/messages.ts';
import { startQuarantine } from '../support/quarantine.ts';
import type { Quarantine } from '../support/quarantine.ts';
import { recordsIn } from '../support/read-back.ts';
import type { SentRecord } from '../support/read-back.ts';
import { eventually } from '../support/site.ts';
import { runCli, startCli } from './run-cli.ts';
import type { Outcome } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HUBS = ['records', 'siem', 'part', 'cut', 'everything'];
const SIGN_IN = validRecord('entra', 'SignInLogs');
const LONG =
  'A category with a name so long that a path holds it cut, and only a record has the whole of it'.repeat(2);

let hubs: EventHubsEmulator;
let quarantine: Quarantine;
let env: Record<string, string>;

/** Three hours, two partitions, four batches each: of a category that is known, one that is not, and one with a long name. */
beforeAll(async () => {
  const hub = { partitionCount: 2, consumerGroups: [ONLOOKERS] };
  hubs = await startEventHubs({ hubs: Object.fromEntries(HUBS.map((name) => [name, hub])) });
  quarantine = await startQuarantine();
  const producers = new Map<string, EventHubProducerClient>();
  const recordsHub = azureRecordsHub((name) => {
    const producer = new EventHubProducerClient(hubs.connectionString, name);
    producers.set(name, producer);
    return producer;
  });
  for (const id of ['0', '1']) {
    for (let batch = 0; batch < 4; batch++) {
      const bodies = Array.from({ length: 5 }, (_, i) => {
        const n = `${id}-${batch}-${i}`;
        return envelopeOf(
          SIGN_IN.replace('{', `{"n":"${n}",`),
          recordOf('Other', { n }),
          recordOf(LONG, { n }),
        );
      });
      const numbering = { first: batch * 5, start: START + Math.min(batch, 2) * HOUR + batch * 60_000 };
      const partition = { ...PARTITION, id };
      await quarantine.take(messagesOf(bodies, numbering), { partition, recordsHub });
    }
  }
  const unheard = messagesOf([recordOf('Unheard')], { first: 20, start: START + 2 * HOUR + 1_000_000 });
  await quarantine.take(unheard, { recordsHub, fanOut: false });
  for (const producer of producers.values()) await producer.close();
  const { connectionString } = quarantine;
  env = {
    ArchiveStorage: connectionString,
    LedgerStorage: connectionString,
    RecordsHubConnection: hubs.connectionString,
    SLUICE_RECORDS_HUB: 'records',
  };
});

afterEach(() => {
  hubs.onOperation = undefined;
});

afterAll(async () => {
  await hubs.close();
  await quarantine.close();
});

async function replay(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  return runCli('sluice', ['replay', '--from-archive', ...args], { cwd, env });
}

/** The records on a hub: by category and source partition, in order. */
async function recordsOn(hub: string): Promise<Map<string, SentRecord[]>> {
  const records: SentRecord[] = [];
  await readHub(hubs.connectionString, hub, async ({ body, properties }) => {
    records.push(...recordsIn({ body, properties: properties as SentRecord['properties'] }));
  });
  return Map.groupBy(
    records,
    ({ id, properties }) => `${String(properties['category'])} ${id.split('/')[2]}`,
  );
}

function facts(records: ReadonlyMap<string, readonly SentRecord[]>): Record<string, string[]> {
  return Object.fromEntries(
    [...records].map(([key, own]) => [
      key,
      own.map(({ id, key: k, text }) => `${id} ${k} ${digestOf(Buffer.from(text))}`),
    ]),
  );
}

/** What was passed on when it came; an instance that begins passes on the last plan of the one before again. */
async function passedOnAtFirst(): Promise<Map<string, SentRecord[]>> {
  const all = await recordsOn('records');
  return new Map([...all].map(([key, own]) => [key, [...new Map(own.map((one) => [one.id, one])).values()]]));
}

const FROM = new Date(START).toISOString();
const TO = new Date(START + 3 * HOUR).toISOString();

describe('sluice replay --from-archive', () => {
  test('sends everything to another hub: the same ids, keys and bytes in the same order, and marked', async () => {
    const cwd = await temporaryFolder();

    const { stdout, stderr, exitCode } = await replay(
      cwd,
      '--from',
      FROM,
      '--to',
      TO,
      '--hub',
      'siem',
      '--rate',
      '500',
    );

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('Sent 120 records');
    expect(stdout).toContain('1 were not passed on when they came');
    const [first, again] = [await passedOnAtFirst(), await recordsOn('siem')];
    expect([...first.values()].flat()).toHaveLength(120);
    expect(facts(again)).toEqual(facts(first));
    const sent = [...again.values()].flat().map(({ properties }) => properties);
    expect(sent.every((properties) => properties['replay'] === true)).toBe(true);
    const { replay: _, ingestedAt: __, recordIds: ___, recordKeys: ____, ...properties } = sent[0] ?? {};
    expect(first.get(`${String(properties['category'])} 0`)?.[0]?.properties).toMatchObject(properties);
  });

  test('sends what is asked for: by category, and to the second', async () => {
    const cwd = await temporaryFolder();
    const from = new Date(START + HOUR + 62_000).toISOString();
    const to = new Date(START + 2 * HOUR + 121_000).toISOString();

    await replay(cwd, '--from', from, '--to', to, '--category', 'entra/*', '--hub', 'part', '--rate', '500');

    const numbers = ['1-2', '1-3', '1-4', '2-0'];
    const texts = [...(await recordsOn('part')).values()].map((own) =>
      own.map(({ text }) => text.slice(0, 13)),
    );
    expect(texts).toHaveLength(2);
    expect(texts.map(String).toSorted()).toEqual(
      ['0', '1'].map((id) => String(numbers.map((n) => `{"n":"${id}-${n}",`))),
    );
  });

  test('--all sends what was not passed on when it came', async () => {
    const cwd = await temporaryFolder();
    const args = ['--from', FROM, '--to', TO, '--category', 'unknown/Unheard', '--hub', 'everything'];

    const without = await replay(cwd, ...args);
    const all = await replay(cwd, ...args, '--all');

    expect(without.stdout).toContain('Sent 0 records in 0 messages.');
    expect(all.stdout).toContain('Sent 1 record in 1 message.');
    expect([...(await recordsOn('everything')).keys()]).toEqual(['Unheard 0']);
  });

  test('a dry run sends nothing and leaves nothing, and says how much there is', async () => {
    const cwd = await temporaryFolder();
    let sends = 0;
    hubs.onOperation = ({ kind }) => {
      if (kind === 'send') sends++;
      return undefined;
    };

    const { stdout } = await replay(cwd, '--from', FROM, '--to', TO, '--dry-run', '--json');

    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, records: 121, plain: 0 });
    expect(sends).toBe(0);
    expect((await replay(cwd, '--resume')).stderr).toContain('There is nothing to go on with');
  });

  test('killed, it goes on where it was: nothing is left out, and nothing but the block under way comes twice', async () => {
    const cwd = await temporaryFolder();
    const stateFile = path.join(cwd, 'how-far.json');
    let sends = 0;
    hubs.onOperation = ({ kind, hub }) =>
      kind === 'send' && hub === 'cut' && ++sends > 6 ? { delayMs: 600_000 } : undefined;
    const args = ['--from', FROM, '--to', TO, '--hub', 'cut', '--state', stateFile, '--rate', '500'];
    const dying = startCli('sluice', ['replay', '--from-archive', ...args], { cwd, env });
    await eventually(() => sends).toBe(7);
    dying.kill('SIGKILL');
    hubs.onOperation = undefined;

    const anew = await replay(cwd, ...args);
    const before = JSON.parse(await readFile(stateFile, 'utf8')) as Record<string, unknown>;
    const resumed = await replay(cwd, '--resume', '--state', stateFile, '--rate', '500');

    expect(anew).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is not finished') as string });
    expect(before).toMatchObject({ records: 30, messages: 6 });
    expect(resumed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(resumed.stdout).toContain('Sent 120 records in 24 messages.');
    expect(facts(await recordsOn('cut'))).toEqual(facts(await passedOnAtFirst()));
    await expect(readFile(stateFile)).rejects.toThrow('ENOENT');
  });

  test('what does not tell where its records come from is refused, or left out', async () => {
    const cwd = await temporaryFolder();
    const start = START + 24 * HOUR;
    const plain = messagesOf([recordOf('Plain')], { first: 100, start });
    await quarantine.take(plain, { codec: blockCodec('none'), fanOut: false });
    const args = ['--from', new Date(start).toISOString(), '--to', new Date(start + HOUR).toISOString()];

    const refused = await replay(cwd, ...args);
    const skipped = await replay(cwd, ...args, '--skip-plain');

    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('SLUICE_COMPRESSION=none') as string,
    });
    expect(skipped.stdout).toContain('1 blob written with SLUICE_COMPRESSION=none were left out.');
  });

  test.each([
    [['--from-archive'], '--from-archive needs --from'],
    [['--from-archive', '--from', '1h', '--reason', 'invalid'], '--reason does not go with --from-archive'],
    [['--from-archive', '--from', '1h', '--take-over'], '--take-over does not go with --from-archive'],
    [['--hub', 'x'], '--hub goes with --from-archive alone'],
    [['--skip-plain'], '--skip-plain goes with --from-archive alone'],
  ])('%j is refused', async (args, reason) => {
    const { exitCode, stderr } = await runCli('sluice', ['replay', ...args], {
      cwd: await temporaryFolder(),
      env,
    });

    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(reason) as string });
  });
});
