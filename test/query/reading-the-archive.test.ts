import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { ingest } from '../../shared/pipeline.ts';
import type { CommitOptions } from '../../shared/sinks.ts';
import { depsOver, memorySinks } from '../support/deps.ts';
import { PARTITION } from '../support/messages.ts';
import { copyOfArchive, LINES, linesOf, markdown, RECORDS, snippet } from './copied-archive.ts';
import { messagesWith } from './made-records.ts';

describe('docs/reading-the-archive.md', () => {
  test('by Node, every digit', async () => {
    const folder = await copyOfArchive();
    await writeFile(path.join(folder, 'read.mjs'), snippet('js'));

    expect(await linesOf(process.execPath, ['read.mjs'], folder)).toEqual(LINES);
  });

  test.each(['gzip', 'zstd', 'none'] as const)('by DuckDB, every digit, of %s', async (codec) => {
    const folder = await copyOfArchive(codec);
    const extension = { gzip: '.gz', zstd: '.zst', none: '' }[codec];
    const sql = snippet('sql')
      .replace("'archive/", `'${folder}/archive/`)
      .replace('.ndjson.gz', `.ndjson${extension}`);
    const instance = await DuckDBInstance.create();
    const rows = await (await (await instance.connect()).run(sql)).getRows();

    expect(rows.map((row) => row.join('\t')).toSorted()).toEqual(LINES.toSorted());
  });

  test('has the blobs where it says, with what it says of them', async () => {
    const sinks = memorySinks();
    await ingest(
      { partition: PARTITION, messages: messagesWith(RECORDS) },
      depsOver(sinks, { fanOut: false }),
    );
    const [first] = [...sinks.store.blobs].toSorted(([a], [b]) => (a < b ? -1 : 1));

    expect(first?.[0]).toBe(
      'archive/defender/DeviceProcessEvents/y=2026/m=11/d=20/h=10/contoso-logs-p0-1.ndjson.gz',
    );
    const { metadata = {}, tags = {} }: Partial<CommitOptions> = first?.[1].options ?? {};
    const documented = [...markdown.matchAll(/^\| (`[a-z`, ]+`) +\| (?:The least|How many|The day)/gm)];
    const names = documented.flatMap(([, cell = '']) => cell.replaceAll('`', '').split(', '));
    expect(names.toSorted()).toEqual(Object.keys(metadata).toSorted());
    expect(Object.keys(tags).toSorted()).toEqual(['category', 'expires', 'source']);
    expect(metadata['leasteventtime']).toBe('2026-11-20T10:00:00.000Z');
  });
});
