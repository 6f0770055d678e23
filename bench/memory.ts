import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';

const RUN = fileURLToPath(new URL('memory-run.ts', import.meta.url));

/** What a batch of 100 messages takes, with storage that keeps nothing: each shape with each compression. */
const CASES = [
  { what: '1 MB each', shape: 'json', compression: 'gzip' },
  { what: '1 MB each', shape: 'json', compression: 'zstd' },
  { what: '1 MB each', shape: 'json', compression: 'none' },
  { what: 'gzip, unpacks to 16 MB each', shape: 'gzip', compression: 'gzip' },
] as const;

interface Figures {
  /** Bytes of the messages as they came. */
  readonly batch: number;
  /** Resident before the batch was taken in, the batch itself among them, and at the most while it was. */
  readonly before: number;
  readonly peak: number;
}

/** Each in a process of its own. Linux alone tells the peak of a stretch of time. */
export function measureMemory(): (Figures & { readonly what: string; readonly compression: string })[] {
  return CASES.map(({ what, shape, compression }) => {
    const out = execFileSync(process.execPath, ['--expose-gc', RUN, shape, compression], {
      encoding: 'utf8',
    });
    return { what, compression, ...(JSON.parse(out) as Figures) };
  });
}

export function memoryTable(): string {
  const table = new Table({
    head: ['100 messages', 'archive', 'batch, MB', 'process before, MB', 'peak, MB', 'peak above, MB'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { what, compression, batch, before, peak } of measureMemory())
    table.push([what, compression, ...[batch, before, peak, peak - before].map(megabytes)]);
  return table.toString();
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
