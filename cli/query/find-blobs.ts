import type { ContainerClient } from '@azure/storage-blob';
import pMap from 'p-map';
import { blobsUnder, categoriesOf } from '../../shared/azure/blobs-by-path.ts';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { readBlobName } from '../../shared/blocks/blob-name.ts';
import { dayOf } from '../../shared/blocks/expiry.ts';
import { originalName } from '../../shared/names.ts';
import { DAY, HOUR, startOf } from '../../shared/time.ts';
import { SOURCES } from '../../shared/judge/verdict.ts';
import type { Source } from '../../shared/judge/verdict.ts';
import { isWithin } from '../time-range.ts';
import type { TimeRange } from '../time-range.ts';
import type { Scan } from './scan.ts';

/** A category that the archive has blobs of. */
export interface ArchivedCategory {
  readonly source: Source;
  /** As the product spells it; a long one as its path has it. */
  readonly name: string;
  /** `entra/SignInLogs/` */
  readonly folder: string;
}

export async function archivedCategories(
  container: ContainerClient,
  scan: Scan,
): Promise<ArchivedCategory[]> {
  const found: ArchivedCategory[] = [];
  for await (const folder of categoriesOf(container, () => scan.listings++)) {
    const [ofFolder = '', name = ''] = folder.split('/');
    const source = SOURCES.find((known) => known === ofFolder);
    if (source) found.push({ source, name: originalName(name) ?? name, folder });
  }
  return found;
}

const LISTINGS_AT_ONCE = 8;

/**
 * The blobs of a category that can hold records of some event times. They are filed by the time at which the hub took them in, which
 * comes after it, by minutes or by weeks; so all that came in since is listed, and the range in each blob's metadata tells.
 */
export async function pickBlobs(
  container: ContainerClient,
  { folder }: ArchivedCategory,
  range: TimeRange,
  scan: Scan,
  now = Date.now(),
): Promise<readonly ListedBlob[]> {
  const blobs = await listed(container, prefixesOf(folder, arrivalOf(range, now)), scan);
  return blobs.filter((blob) => touches(blob, range));
}

/** The blobs of a category by the time at which the hub took them in, and some more. */
export async function blobsOfHours(
  container: ContainerClient,
  { folder }: ArchivedCategory,
  { from, to }: TimeRange,
  scan: Scan,
  now = Date.now(),
): Promise<readonly ListedBlob[]> {
  return listed(container, prefixesOf(folder, { from, to: Math.min(to, now + DAY) }), scan);
}

async function listed(
  container: ContainerClient,
  prefixes: readonly string[],
  scan: Scan,
): Promise<readonly ListedBlob[]> {
  const found = await pMap(prefixes, (prefix) => listedUnder(container, prefix, scan), {
    concurrency: LISTINGS_AT_ONCE,
  });
  return found.flat();
}

async function listedUnder(container: ContainerClient, prefix: string, scan: Scan): Promise<ListedBlob[]> {
  const blobs: ListedBlob[] = [];
  for await (const blob of blobsUnder(container, prefix, () => scan.listings++)) blobs.push(blob);
  scan.listed += blobs.length;
  return blobs;
}

/** Clocks of senders may be so far ahead. */
const AHEAD = DAY;

/** When what happened in a range may have come in. */
export function arrivalOf({ from, to }: TimeRange, now: number): TimeRange {
  // This machine's clock may be behind that of whoever has filed them.
  return { from: from - AHEAD, to: Math.max(now, to < Infinity ? to : from) + DAY };
}

/** Characters of `y=2026/m=11/d=20/`: of a year, a month, the days that begin with a digit, a day. */
const LEVELS = [7, 12, 15, 18];

/** Prefixes that the days of a range have. A listing costs a request, and so does each 5,000 of what is in it. */
export function prefixesOf(folder: string, { from, to }: TimeRange): string[] {
  if (from === -Infinity) return [folder];
  const days = dayPaths(startOf(DAY, from), startOf(DAY, to));
  return covering(days, LEVELS).map((prefix) => folder + prefix);
}

/** Where half of what a prefix stands for is meant, all of it is listed. */
function covering(days: readonly string[], [length = Infinity, ...longer]: readonly number[]): string[] {
  const byPrefix = Map.groupBy(days, (day) => day.slice(0, length));
  return [...byPrefix].flatMap(([prefix, some]) =>
    2 * some.length >= daysWith(prefix) ? [prefix] : covering(some, longer),
  );
}

function daysWith(prefix: string): number {
  const year = Number(prefix.slice(2, 6));
  return dayPaths(Date.UTC(year, 0), Date.UTC(year + 1, 0) - DAY).filter((day) => day.startsWith(prefix))
    .length;
}

function dayPaths(first: number, last: number): string[] {
  const days = Math.max(0, (last - first) / DAY + 1);
  return Array.from({ length: days }, (_, i) => {
    const [year, month, day] = dayOf(first + i * DAY).split('-');
    return `y=${year}/m=${month}/d=${day}/`;
  });
}

/** A record without an event time counts as of its hour. */
function touches(blob: ListedBlob, { from, to }: TimeRange): boolean {
  const hour = readBlobName(blob.name)?.hour;
  if (hour === undefined) return false;
  if (hour < to && hour + HOUR > from) return true;
  const { least, greatest } = eventTimesOf(blob);
  // Comparisons with what is no time are false.
  return least < to && greatest >= from;
}

/** Whether all of its records are of the time asked for, whether they have an event time or not, and it says how many there are. */
export function isCountable(blob: ListedBlob, range: TimeRange): boolean {
  const hour = readBlobName(blob.name)?.hour ?? Number.NaN;
  const { least, greatest } = eventTimesOf(blob);
  const times = blob.metadata['leasteventtime'] === undefined ? [hour] : [hour, least, greatest];
  return times.every((time) => isWithin(range, time)) && Number.isSafeInteger(recordsOf(blob));
}

export function recordsOf({ metadata }: ListedBlob): number {
  return Number.parseInt(metadata['records'] ?? '', 10);
}

/** NaN where no record of it tells. */
function eventTimesOf({ metadata }: ListedBlob): { least: number; greatest: number } {
  const time = (name: string): number => Date.parse(metadata[name] ?? '');
  return { least: time('leasteventtime'), greatest: time('greatesteventtime') };
}
