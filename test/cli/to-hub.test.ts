import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHub } from '../../cli/read-back/read-hub.ts';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import type { EventHubsEmulator } from '../../local/event-hubs/emulator.ts';
import { ONLOOKERS } from '../../local/stack.ts';
import { runCli } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const HUB = { partitionCount: 2, consumerGroups: [ONLOOKERS] };
const HUBS = ['first', 'sampled', 'left-running'];

let emulator: EventHubsEmulator;

beforeAll(async () => {
  emulator = await startEventHubs({ hubs: Object.fromEntries(HUBS.map((name) => [name, HUB])) });
});

afterAll(() => emulator.close());

function settings(hubs: string): Record<string, string> {
  return { SLUICE_SOURCE_HUBS: hubs, SourceHubConnection: emulator.connectionString };
}

async function bodiesIn(hub: string): Promise<string[]> {
  const bodies: string[] = [];
  await readHub(emulator.connectionString, hub, async ({ body }) => {
    bodies.push(body.toString('latin1'));
  });
  return bodies;
}

describe('sluice send', () => {
  test('sends the bytes of files to the first source hub of the settings in the environment', async () => {
    const folder = await temporaryFolder({
      'a.json': ' {"a" : 1}\r\n',
      'b/c.ndjson': Buffer.from('{"b":"\xff"}\r\n{"c":3}\n', 'latin1'),
    });

    const outcome = await runCli('sluice', ['send', folder], {
      cwd: folder,
      env: settings('first, sampled'),
    });

    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(outcome.stdout).toContain('Sent 3 messages to the hub first of the environment');
    expect((await bodiesIn('first')).toSorted()).toEqual([' {"a" : 1}\r\n', '{"b":"\xff"}', '{"c":3}']);
  });

  test('prefers the stack that npm start has left running', async () => {
    const folder = await temporaryFolder({ 'a.json': '{"a":1}' });
    await mkdir(path.join(folder, '.sluice'));
    const file = path.join(folder, '.sluice', 'settings.json');
    await writeFile(file, JSON.stringify(settings('left-running')));

    const { exitCode } = await runCli('sluice', ['send', 'a.json'], { cwd: folder, env: settings('first') });

    expect(exitCode).toBe(0);
    expect(await bodiesIn('left-running')).toEqual(['{"a":1}']);
  });

  test('says what is missing where there is no hub, and which hubs there are where it is another', async () => {
    const folder = await temporaryFolder({ 'a.json': '{"a":1}' });

    const none = await runCli('sluice', ['send', 'a.json'], { cwd: folder });
    const other = await runCli('sluice', ['send', 'a.json', '--hub', 'x'], {
      cwd: folder,
      env: settings('first'),
    });

    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('There is no hub to send to. npm start leaves its settings in .sluice');
    expect(none.stderr).toContain('  - SLUICE_SOURCE_HUBS is missing');
    expect(none.stderr).toContain('  - SourceHubConnection is missing');
    expect(other).toMatchObject({
      exitCode: 2,
      stderr: 'error: There is no source hub x in the environment. There is: first.\n',
    });
  });
});

test('sluice sample --to-hub sends samples to the hub that is named, at the rate asked for', async () => {
  const cwd = await temporaryFolder();
  const env = settings('first, sampled');

  const started = performance.now();
  const { exitCode, stdout } = await runCli(
    'sluice',
    ['sample', '--for', '2s', '--rate', '3', '--category', 'github/*', '--to-hub', 'sampled'],
    { cwd, env },
  );

  expect(exitCode).toBe(0);
  expect(performance.now() - started).toBeGreaterThan(1_000);
  expect(stdout).toContain('Sent 6 sample messages to the hub sampled of the environment');
  expect(await bodiesIn('sampled')).toHaveLength(6);
});
