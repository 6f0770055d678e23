import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { byteSize, number } from '../cli/format.ts';
import { startStorage } from '../local/storage/azurite.ts';
import { DAY, HOUR } from '../shared/time.ts';
import { run, runSluice } from './query-scale/measure.ts';
import type { Run } from './query-scale/measure.ts';
import { copyBlobs } from './query-scale/copies.ts';
import { seedArchive } from './query-scale/seed.ts';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '30' },
    /** Keeps the archive there for the next time. */
    folder: { type: 'string' },
  },
});
const USER = 'mia.lindqvist@example.com';
const END = Date.parse('2026-11-27T02:00:00Z');
const days = Number(values.days);
const work = await mkdtemp(path.join(tmpdir(), 'sluice-query-'));
const folder = values.folder ?? path.join(work, 'azurite');
const cache = path.join(work, 'cache');
if (!existsSync(folder)) {
  await mkdir(folder, { recursive: true });
  console.error(`Archiving ${number(Number(values.records))} sample records of ${days} days ...`);
  const blobs = await seedArchive(folder, { records: Number(values.records), days, end: END });
  console.error(`${number(blobs)} blobs`);
}
const storage = await startStorage({ inMemory: false, folder });
try {
  await ask();
} finally {
  await storage.close();
  await rm(work, { recursive: true });
}

async function ask(): Promise<void> {
  const hours = range(END - 2 * DAY, END - 2 * DAY + 2 * HOUR);
  const where = ['-c', 'entra/SignInLogs', '-w', `properties.userPrincipalName = '${USER}'`, '-f', 'ndjson'];
  await report("a user's sign-ins in two hours", ['query', ...where, ...hours]);
  await report('the same again', ['query', ...where, ...hours]);
  const month = range(END - days * DAY, END + DAY);
  await report('the same over all days', ['query', ...where, ...month]);
  await report('the same again', ['query', ...where, ...month]);
  await reportPipe();
  const out = path.join(work, 'export.csv');
  const some = ['-c', 'entra/SignInLogs', 'entra/NonInteractive*', '-n', '100000', '--out', out];
  await report('100,000 records as CSV', ['query', ...some, ...month]);
  console.log(`  ${byteSize((await stat(out)).size)}`);
  await report('the same again', ['query', ...some, ...month]);
  await report('a sign-in timeline of two hours', ['sign-in', USER, ...hours, '--json']);
  await report('the same again', ['sign-in', USER, ...hours, '--json']);
  await report('arrivals by hour and category', ['query', '--file', 'arrivals', ...month, '-f', 'ndjson']);
  await report('count by category', ['query', '--source', '*', '--count', ...month]);
  await report('count by hour and category', ['query', '--file', 'volume', ...month, '-f', 'ndjson']);
  await report('the same again', ['query', '--file', 'volume', ...month, '-f', 'ndjson']);
}

function range(from: number, to: number): string[] {
  return ['--from', new Date(from).toISOString(), '--to', new Date(to).toISOString()];
}

async function report(title: string, args: readonly string[]): Promise<void> {
  print(
    title,
    await runSluice([...args, '--cache', cache, '--cache-size', '20000'], storage.connectionString),
  );
}

/** Over copies of the same blobs. */
async function reportPipe(): Promise<void> {
  const copies = path.join(work, 'copies');
  await copyBlobs(storage.connectionString, 'entra/SignInLogs/', copies);
  const select = `select(.properties.userPrincipalName == "${USER}")`;
  const files = `find ${copies} -name '*.gz' -type f -print0 | xargs -0 zcat`;
  print('the same by zcat | jq', await run('sh', ['-c', `${files} | jq -c '${select}'`]));
}

function print(title: string, { seconds, usage, rows, said }: Run): void {
  const used = usage
    ? ` (${usage.processor.toFixed(1)} s of the processors), ${byteSize(usage.peak)} of memory`
    : '';
  console.log(`${title}: ${seconds.toFixed(1)} s${used}, ${number(rows)} lines`);
  if (said !== '') console.log(`  ${said}`);
}
