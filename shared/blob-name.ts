import { HOUR, startOf } from './time.ts';

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
}

const NAME =
  /^([a-z]+)\/([\w+-]+)\/y=(\d{4})\/m=(\d{2})\/d=(\d{2})\/h=(\d{2})\/([^/]+-p\d+)-(?:r\d+-)?\d+\.ndjson(?:\.\w+)?$/;

/** Undefined for a name that Sluice has not given. */
export function readBlobName(name: string): BlobName | undefined {
  const [, source = '', category = '', year, month, day, hourOfDay, partition = ''] = NAME.exec(name) ?? [];
  const text = `${year}-${month}-${day}T${hourOfDay}:00:00.000Z`;
  const hour = Date.parse(text);
  if (Number.isNaN(hour) || startOf(HOUR, hour) !== hour || new Date(hour).toISOString() !== text)
    return undefined;
  return { source, category, hour, partition };
}

/** The beginning that all blobs of a category and day share. */
export function dayPrefix(source: string, category: string, day: string): string {
  const [year, month, dayOfMonth] = day.split('-');
  return `${source}/${category}/y=${year}/m=${month}/d=${dayOfMonth}/`;
}
