import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const START = '--start 2026-11-20T10:00:00Z';

function words(line: string): string[] {
  return line.split(' ');
}

describe('sluice sample', () => {
  test('writes a message a line to standard output, the same for the same seed', async () => {
    const args = words(`sample --messages 20 --faults 0.2 ${START}`);

    const [first, again, other] = await Promise.all(
      ['3', '3', '4'].map((seed) => runCli('sluice', [...args, '--seed', seed])),
    );

    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first?.stdout.trimEnd().split('\n')).toHaveLength(20);
    expect(again?.stdout).toBe(first?.stdout);
    expect(other?.stdout).not.toBe(first?.stdout);
  });

  test('writes the categories asked for, in the size asked for, to a file', async () => {
    const file = path.join(await temporaryFolder(), 'new', 'samples.jsonl');

    const { exitCode } = await runCli('sluice', [
      ...words('sample --messages 40 --records 3 --category intune/Devices entra/RiskyUsers --out'),
      file,
    ]);

    const text = await readFile(file, 'utf8');
    const categories = new Set([...text.matchAll(/"category"\s*:\s*"(\w+)"/g)].map(([, name]) => name));
    expect(exitCode).toBe(0);
    expect(text.trimEnd().split('\n')).toHaveLength(40);
    expect(categories).toEqual(new Set(['Devices', 'RiskyUsers']));
    expect([...text.matchAll(/"operationName"/g)].length).toBeLessThan(40 * 5);
  });

  test('writes every message to a file of its own in a folder, whatever is in it', async () => {
    const folder = path.join(await temporaryFolder(), 'samples');

    await runCli('sluice', ['sample', '--messages', '30', '--faults', '1', '--out', folder]);

    const names = (await readdir(folder)).toSorted();
    const bodies = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
    expect(names).toHaveLength(30);
    expect(names[0]).toBe('00000001.json');
    expect(bodies.filter(({ length }) => length === 0).length).toBeGreaterThan(0);
    expect(bodies.filter((body) => body.includes('Connection reset by peer\r\n')).length).toBeGreaterThan(0);
  });

  test('makes as many as come in a time, and spreads their events over it', async () => {
    const { stdout } = await runCli('sluice', words(`sample --for 1m --rate 2 --category github/* ${START}`));

    const times = [...stdout.matchAll(/"@timestamp"\s*:\s*(\d+)/g)].map(([, digits]) => Number(digits));
    const start = Date.UTC(2026, 10, 20, 10);
    expect(stdout.trimEnd().split('\n')).toHaveLength(120);
    expect(Math.max(...times)).toBeGreaterThan(start + 50_000);
    expect(Math.max(...times)).toBeLessThan(start + 60_000);
  });

  test.each([
    [['--category', 'entra/Nothing'], 'error: There are no samples of entra/Nothing. Of entra, there are: '],
    [['--faults', '2'], "argument '2' is invalid. It must be a number from 0 to 1."],
    [['--for', 'long'], "argument 'long' is invalid. It must be a duration such as 90s, 10m, 1h or 2d."],
    [['--start', 'soon'], "argument 'soon' is invalid. It must be a time such as 2026-11-20T10:00:00Z."],
    [
      ['--for', '1m', '--messages', '3'],
      "'--for <duration>' cannot be used with option '-m, --messages <n>'",
    ],
    [['--fault-kind', 'typo'], "argument 'typo' is invalid. Allowed choices are invalidRecord, garbage"],
    [['--out', 'one.json'], 'error: one.json would hold one message only: name a folder, or a file'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli('sluice', ['sample', ...args]);

    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });
});
