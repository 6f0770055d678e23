import { hourPath } from '../names.ts';
import { HOUR, startOf } from '../time.ts';

/** What the name of a blob says: see `blobPrefix`. */
export interface BlobName {
  /** A product, or `handlers`. */
  readonly source: string;
  /** As the path has it. */
  readonly category: string;
  /** Start of the hour, in milliseconds since 1970. */
  readonly hour: number;
  /** The partition that it comes from, `contoso-logs-p0`: namespace and hub may hold hyphens themselves. */
  readonly partition: string;
  /** What the names of the blobs before and after it begin with. */
  readonly chain: string;
  /** From 1. */
  readonly no: number;
  readonly extension: string;
}

const NAME =
  /^(([a-z]+)\/([\w+-]+)\/y=(\d{4})\/m=(\d{2})\/d=(\d{2})\/h=(\d{2})\/([^/]+-p\d+)-(?:r\d+-)?)(\d+)(\.ndjson(?:\.\w+)?)$/;

/** Undefined for a name that Sluice has not given. */
export function readBlobName(name: string): BlobName | undefined {
  const [
    ,
    chain = '',
    source = '',
    category = '',
    year,
    month,
    day,
    hourOfDay,
    partition = '',
    no,
    extension = '',
  ] = NAME.exec(name) ?? [];
  const text = `${year}-${month}-${day}T${hourOfDay}:00:00.000Z`;
  const hour = Date.parse(text);
  if (Number.isNaN(hour) || startOf(HOUR, hour) !== hour || new Date(hour).toISOString() !== text)
    return undefined;
  return { source, category, hour, partition, chain, no: Number(no), extension };
}

/** The beginning that all blobs of a category and day share. */
export function dayPrefix(source: string, category: string, day: string): string {
  const [year, month, dayOfMonth] = day.split('-');
  return `${source}/${category}/y=${year}/m=${month}/d=${dayOfMonth}/`;
}

/** What the names of a category's blobs in some hours have in common, the last hour included. */
export function hoursPrefix(source: string, category: string, firstHour: number, lastHour: number): string {
  const [first, last] = [`${hourPath(firstHour)}/`, `${hourPath(lastHour)}/`];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return `${source}/${category}/${first.slice(0, length)}`;
}
