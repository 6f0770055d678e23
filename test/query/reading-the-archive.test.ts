import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { ingest } from '../../shared/pipeline.ts';
import { blockCodec } from '../../shared/block-codec.ts';
import type { Compression } from '../../shared/block-codec.ts';
import type { CommitOptions } from '../../shared/sinks.ts';
import { depsOver, memorySinks } from '../support/deps.ts';
import { PARTITION } from '../support/messages.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { made, messagesWith } from './made-records.ts';

const run = promisify(execFile);
const markdown = await readFile(new URL('../../docs/reading-the-archive.md', import.meta.url), 'utf8');

const STARTS = [
  ['mia-pc.example.com', '639199803770463703'],
  ['zoe-pc.example.com', '9223372036854775807'],
  ['mia-pc.example.com', '9007199254740993'],
] as const;
const RECORDS = [
  ...STARTS.map(([DeviceName, id], i) => ({
    ...made('defender/DeviceProcessEvents', `2026-11-20T1${i}:00:00Z`, {
      properties: { FileName: 'powershell.exe', DeviceName, ReportId: 4711 },
    }),
    id,
  })),
  {
    ...made('defender/DeviceProcessEvents', '2026-11-20T10:30:00Z', {
      properties: { FileName: 'curl.exe', DeviceName: 'curl-pc.example.com', ReportId: 4711 },
    }),
    id: '1',
  },
].map((record) => ({ ...record, text: record.text.replace('"ReportId":4711', `"ReportId":${record.id}`) }));

/** The code under a heading. */
function snippet(language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(markdown) ?? [];
  if (code === undefined) throw new Error(`The document has no snippet in ${language}.`);
  return code;
}

/** A folder with a copy of what the pipeline has archived, in batches: each is a member of its blob. */
async function copyOfArchive(codec: Compression = 'gzip'): Promise<string> {
  const sinks = memorySinks();
  const messages = messagesWith(RECORDS);
  for (const message of messages)
    await ingest(
      { partition: PARTITION, messages: [message] },
      depsOver(sinks, { fanOut: false, codec: blockCodec(codec) }),
    );
  const folder = await temporaryFolder();
  for (const [name, { body }] of sinks.store.blobs) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), body);
  }
  return folder;
}

const DEVICES = STARTS.map(([device]) => device);
const LINES = STARTS.map((start) => start.join('\t'));

/** What it prints, line by line. A tool that is not there is an error that names it. */
async function linesOf(command: string, args: readonly string[], cwd: string): Promise<readonly string[]> {
  const { stdout } = await run(command, args, { cwd });
  return stdout.trimEnd().split('\n');
}

describe('docs/reading-the-archive.md', () => {
  test('by zcat and jq', async () => {
    const lines = await linesOf('sh', ['-c', `set -e; ${snippet('sh')}`], await copyOfArchive());

    expect(lines.toSorted()).toEqual(DEVICES.toSorted());
  });

  test('by Python, every digit', async () => {
    const lines = await linesOf('python3', ['-c', snippet('python')], await copyOfArchive());

    expect(lines).toEqual(LINES);
  });

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
