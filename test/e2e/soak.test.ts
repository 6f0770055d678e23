import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { SoakResult } from '../../scripts/soak/run-soak.ts';
import { runNode } from '../cli/run-cli.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';

const SOAK = path.join(import.meta.dirname, '../../scripts/soak.ts');

test('a short soak: all that was sent is there, and what it took is in the page and the samples', async () => {
  const out = path.join(await temporaryFolder(), 'out');
  const args = [SOAK, '--minutes', '0.25', '--rate', '80', '--wait', '1', '--out', out];

  const { exitCode, stdout, stderr } = await runNode(args);

  expect(stderr).toBe('');
  expect(stdout).toContain('Memory and lag are not judged: that takes 3 minutes at least.');
  expect(stdout).toMatch(/✔ The counts agree: [\d,]+ archived, /);
  expect(exitCode).toBe(0);
  const result = JSON.parse(await readFile(path.join(out, 'soak.json'), 'utf8')) as SoakResult;
  expect(result.counts).toMatchObject({ complete: true, messages: result.traffic.messages });
  expect(result.counts.records).toBe(result.traffic.records);
  expect(result.traffic.records).toBeGreaterThanOrEqual(0.25 * 60 * 80);
  expect(result.stretches.reduce((sum, { messages }) => sum + messages, 0)).toBe(result.traffic.messages);
  for (const { p50 = 0, p99 = 0 } of Object.values(result.latencies)) {
    expect(p50).toBeGreaterThan(0);
    expect(p99).toBeGreaterThanOrEqual(p50);
  }
  expect(result.latencies.passedOn.p50).toBeGreaterThan(result.latencies.archived.p50 ?? Infinity);
  expect(result.samples.length).toBeGreaterThan(5);
  for (const { rss, heapUsed } of result.samples) expect(rss).toBeGreaterThan(heapUsed);
  const page = await readFile(path.join(out, 'soak.html'), 'utf8');
  expect(page.match(/<canvas /g)).toHaveLength(5);
  expect(page).not.toMatch(/(?:src|href)=/);
});

test.each([
  [['--minutes', '0'], 'It must be a number from 0.1 to 1440.'],
  [['--wait', '1.5'], 'It must be a whole number from 1 to 600.'],
])('%j is refused before anything starts', async (args, message) => {
  const { exitCode, stderr } = await runNode([SOAK, ...args]);

  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
});
