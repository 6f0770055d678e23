import { DAY, HOUR } from '../shared/time.ts';
import type { BlobTree } from './blob-tree.ts';
import type { TimeRange } from './time-range.ts';

/** A blob by its path: `<source>/<category>/y=2026/m=11/d=20/h=10/contoso-logs-p0-1.ndjson.gz`. */
export interface HourBlob {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** `<source>/<category>`, as in the path. */
  readonly folder: string;
  /** Its start, in milliseconds since 1970. */
  readonly hour: number;
  /** The source-hub partition, as in the path: `contoso-logs-p0`. */
  readonly partition: string;
  readonly no: number;
}

const PATH =
  /^([^/]+\/[^/]+)\/y=(\d{4})\/m=(\d\d)\/d=(\d\d)\/h=(\d\d)\/(.+-p[^-]+)-(?:r\d+-)?(\d+)\.ndjson(?:\.\w+)?$/;

/** Undefined for a blob that Sluice has not written. */
export function parseHourBlob({ name, size }: Pick<HourBlob, 'name' | 'size'>): HourBlob | undefined {
  const [, folder, year, month, day, hour, partition, no] = PATH.exec(name) ?? [];
  if (!folder || !partition) return undefined;
  const start = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
  return { name, size, folder, hour: start, partition, no: Number(no) };
}

/**
 * The blobs of the hours that a range touches, hour after hour. Only folders that can hold such an hour are listed, and of sources and
 * categories only those that are wanted.
 */
export async function hourBlobs(
  tree: BlobTree,
  range: TimeRange,
  isWanted: (source: string, category: string) => boolean,
): Promise<HourBlob[]> {
  const found: HourBlob[] = [];
  for (const source of await tree.folders('')) {
    for (const folder of await tree.folders(source)) {
      const [sourceName = '', category = ''] = folder.split('/');
      if (isWanted(sourceName, category)) await collect(folder);
    }
  }
  return found.toSorted((a, b) => a.hour - b.hour || a.no - b.no || (a.name < b.name ? -1 : 1));

  async function collect(folder: string): Promise<void> {
    const span = spanOf(folder);
    if (span && !overlaps(span, range)) return;
    const isWithin = span ? span.from >= range.from && span.to <= range.to : isEndless(range);
    if (!isWithin && !folder.includes('/h=')) {
      for (const inner of await tree.folders(folder)) await collect(inner);
      return;
    }
    for await (const blob of tree.blobs(folder)) {
      const parsed = parseHourBlob(blob);
      if (parsed) found.push(parsed);
    }
  }
}

function isEndless({ from, to }: TimeRange): boolean {
  return from === -Infinity && to === Infinity;
}

function overlaps(a: TimeRange, b: TimeRange): boolean {
  return a.from < b.to && b.from < a.to;
}

/** What time the blobs below a folder are of; undefined where its path does not tell. */
function spanOf(folder: string): TimeRange | undefined {
  const [, year, month, day, hour] =
    /\/y=(\d{4})\/(?:m=(\d\d)\/(?:d=(\d\d)\/(?:h=(\d\d)\/)?)?)?$/.exec(folder) ?? [];
  if (year === undefined) return undefined;
  const [y, m, d] = [Number(year), Number(month ?? 1), Number(day ?? 1)];
  const from = Date.UTC(y, m - 1, d, Number(hour ?? 0));
  if (hour !== undefined) return { from, to: from + HOUR };
  if (day !== undefined) return { from, to: from + DAY };
  return { from, to: month === undefined ? Date.UTC(y + 1, 0) : Date.UTC(y, m) };
}
