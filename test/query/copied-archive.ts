import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../cli/temporary-folder.ts';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import type { Compression } from '../../shared/blocks/block-codec.ts';
import { ingest } from '../../shared/pipeline.ts';
import { depsOver, memorySinks } from '../support/deps.ts';
import { PARTITION } from '../support/messages.ts';
import { made, messagesWith } from './made-records.ts';

const run = promisify(execFile);
export const markdown = await readFile(new URL('../../docs/reading-the-archive.md', import.meta.url), 'utf8');

const STARTS = [
  ['mia-pc.example.com', '639199803770463703'],
  ['zoe-pc.example.com', '9223372036854775807'],
  ['mia-pc.example.com', '9007199254740993'],
] as const;
export const RECORDS = [
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
export function snippet(language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(markdown) ?? [];
  if (code === undefined) throw new Error(`The document has no snippet in ${language}.`);
  return code;
}

/** A folder with a copy of what the pipeline has archived, in batches: each is a member of its blob. */
export async function copyOfArchive(codec: Compression = 'gzip'): Promise<string> {
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

export const DEVICES = STARTS.map(([device]) => device);
export const LINES = STARTS.map((start) => start.join('\t'));

/** What it prints, line by line. A tool that is not there is an error that names it. */
export async function linesOf(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<readonly string[]> {
  const { stdout } = await run(command, args, { cwd });
  return stdout.trimEnd().split('\n');
}
