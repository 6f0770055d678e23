import { describe, expect, test } from 'vitest';
import { copyOfArchive, DEVICES, LINES, linesOf, snippet } from '../query/copied-archive.ts';

describe('docs/reading-the-archive.md', () => {
  test('by zcat and jq', async () => {
    const lines = await linesOf('sh', ['-c', `set -e; ${snippet('sh')}`], await copyOfArchive());

    expect(lines.toSorted()).toEqual(DEVICES.toSorted());
  });

  test('by Python, every digit', async () => {
    const lines = await linesOf('python3', ['-c', snippet('python')], await copyOfArchive());

    expect(lines).toEqual(LINES);
  });
});
