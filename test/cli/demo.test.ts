import { readFileSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { published, ROOT } from '../support/published.ts';
import { runCli } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const DEVICE =
  '{"time":"2026-11-20T10:17:20Z", "tenantId" :"8d1f0c3a-5b7e-4a62-9c44-0e6b7f2d9a10","operationName":"Publish",' +
  '"category":"AdvancedHunting-DeviceInfo" ,"properties":{ "ReportId": 639199803770463703 ,   "Model":"D\\u00e9mo"}  }';
const BADGE = '{"at":"2026-11-20T10:17:21Z","category":"Türen / Süd","door" : 7}';

async function contents(folder: string, pattern: string): Promise<string[]> {
  const found: string[] = [];
  for await (const name of glob(pattern, { cwd: folder })) {
    const body = await readFile(path.join(folder, name));
    found.push((name.endsWith('.gz') ? gunzipSync(body) : body).toString());
  }
  return found;
}

describe('npm run demo', () => {
  test('every byte of the input is in the archive and on the records hub, or is a dead letter', async () => {
    const input = await temporaryFolder({
      'devices.json': `{"records" : [ ${DEVICE}, ${DEVICE.replace('"time"', '"when"')}]}`,
      'more/door.ndjson': `${BADGE}\nConnection reset by peer\r\n`,
      'nothing.json': '',
    });
    const out = path.join(await temporaryFolder(), 'out');

    const { exitCode, stdout, stderr } = await runCli('demo', ['--json', '--input', input, '--out', out]);

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      messages: 4,
      records: 5,
      archived: 2,
      deadLettered: 3,
      invalid: 1,
      passedOn: 2,
      complete: true,
      categories: {
        'defender/DeviceInfo': { records: 2, archived: 1, deadLettered: 1, invalid: 1, passedOn: 1 },
        'unknown/Türen / Süd': { records: 1, archived: 1, deadLettered: 0, invalid: 0, passedOn: 1 },
        'unknown/none': { records: 2, archived: 0, deadLettered: 2, invalid: 0, passedOn: 0 },
      },
      reasons: { invalid: 1, 'not-json': 1, 'empty-message': 1 },
    });
    expect(exitCode).toBe(0);
    expect(await contents(out, 'archive/defender/DeviceInfo/**/*.gz')).toEqual([`${DEVICE}\n`]);
    expect(await contents(out, 'archive/unknown/**/*.gz')).toEqual([`${BADGE}\n`]);
    expect((await contents(out, 'records-hub/*.json')).toSorted()).toEqual(
      [`{"records":[${BADGE}]}`, `{"records":[${DEVICE}]}`].toSorted(),
    );
    expect((await contents(out, 'dead-letter/unknown/**/*.gz')).join('')).toContain(
      '"body":"Connection reset by peer"',
    );
  });

  test('the sample ends with a summary that a person can read', async () => {
    const { exitCode, stdout } = await runCli('demo', ['--messages', '40', '--seed', '7']);

    expect(stdout).toContain('The counts agree: nothing is lost, doubled or changed.');
    expect(stdout).toMatch(
      /^ {2}\S+ throughput units at the peak \(.*\), so 1 TU of Basic for the namespace localhost;$/m,
    );
    expect(stdout).toMatch(/^ {2}\d+\.\d\d USD a month in all, most of it for /m);
    for (const source of ['activity', 'defender', 'entra', 'github', 'intune']) {
      expect(stdout).toMatch(new RegExp(`^${source}/\\S+ +\\d+ +\\d+ +\\d+ +\\d+ +\\d+`, 'm'));
    }
    expect(exitCode).toBe(0);
  });

  test('what is published runs by itself, with no package beside it', async () => {
    const files = published().map((file) => [file, readFileSync(path.join(ROOT, file))] as const);
    const app = await temporaryFolder(Object.fromEntries(files));

    const { exitCode, stdout, stderr } = await runCli('demo', ['--json', '--messages', '40', '--app', app]);

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ messages: 40, complete: true });
    expect(exitCode).toBe(0);
  });

  test.each([
    [['--input', 'no/such/file.json'], 'error: There is no file or folder no/such/file.json.'],
    [['--messages', 'many'], "argument 'many' is invalid. It must be a whole number from 1 to 10000."],
    [['--bytes'], "error: unknown option '--bytes'"],
  ])('%j is refused before anything starts', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli('demo', args);

    expect(stderr.slice(-message.length - 1)).toBe(`${message}\n`);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('a folder for the output that holds something is refused', async () => {
    const out = await temporaryFolder({ 'mine.txt': 'mine' });

    const { exitCode, stderr } = await runCli('demo', ['--out', out]);

    expect(stderr).toBe(`error: The folder ${out} is not empty. Name one that is, or a new one.\n`);
    expect(exitCode).toBe(2);
  });
});
