import type { ContainerClient } from '@azure/storage-blob';
import pMap from 'p-map';
import { blobsUnder, categoriesOf } from '../../shared/azure/blobs-by-path.ts';
import type { ListedBlob } from '../../shared/azure/blobs-by-path.ts';
import { dayPrefix, readBlobName } from '../../shared/blob-name.ts';
import { dayOf } from '../../shared/expiry.ts';
import { originalName } from '../../shared/names.ts';
import { DAY, HOUR, startOf } from '../../shared/time.ts';
import type { TimeRange } from '../time-range.ts';

/** A category that the archive has blobs of. */
export interface ArchivedCategory {
  readonly source: string;
  /** As the product spells it; a long one as its path has it. */
  readonly name: string;
  /** `entra/SignInLogs/` */
  readonly folder: string;
}

export async function archivedCategories(container: ContainerClient): Promise<ArchivedCategory[]> {
  const found: ArchivedCategory[] = [];
  for await (const folder of categoriesOf(container)) {
    const [source = '', name = ''] = folder.split('/');
    found.push({ source, name: originalName(name) ?? name, folder });
  }
  return found;
}

export interface Picked {
  /** Those that can hold records of the time asked for. */
  readonly blobs: readonly ListedBlob[];
  /** So many were looked at, by their names and metadata. */
  readonly listed: number;
  /** In the archive tier, where they cannot be read. */
  readonly offline: readonly ListedBlob[];
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
  now = Date.now(),
): Promise<Picked> {
  const listed = await pMap(prefixesOf(folder, range, now), (prefix) => listedUnder(container, prefix), {
    concurrency: LISTINGS_AT_ONCE,
  });
  const all = listed.flat();
  const touched = all.filter((blob) => touches(blob, range));
  return {
    listed: all.length,
    blobs: touched.filter(({ tier }) => tier !== 'Archive'),
    offline: touched.filter(({ tier }) => tier === 'Archive'),
  };
}

async function listedUnder(container: ContainerClient, prefix: string): Promise<ListedBlob[]> {
  const blobs: ListedBlob[] = [];
  for await (const blob of blobsUnder(container, prefix)) blobs.push(blob);
  return blobs;
}

/** Clocks of senders may be so far ahead. */
const AHEAD = DAY;

/** Days, and months where all of one is meant: of each comes a listing. */
export function prefixesOf(folder: string, { from, to }: TimeRange, now: number): string[] {
  if (from === -Infinity) return [folder];
  const [source = '', category = ''] = folder.split('/');
  // This machine's clock may be behind that of whoever has filed them.
  const last = startOf(DAY, Math.max(now, to < Infinity ? to : from) + DAY);
  const prefixes: string[] = [];
  for (let day = startOf(DAY, from - AHEAD); day <= last;) {
    const at = new Date(day);
    const nextMonth = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
    const ofDay = dayPrefix(source, category, dayOf(day));
    const isWholeMonth = at.getUTCDate() === 1 && nextMonth <= last;
    prefixes.push(isWholeMonth ? ofDay.replace(/d=\d\d\/$/, '') : ofDay);
    day = isWholeMonth ? nextMonth : day + DAY;
  }
  return prefixes;
}

/** A record without an event time counts as of its hour. */
function touches({ name, metadata }: ListedBlob, { from, to }: TimeRange): boolean {
  const hour = readBlobName(name)?.hour;
  if (hour === undefined) return false;
  if (hour < to && hour + HOUR > from) return true;
  const [least, greatest] = [metadata['leasteventtime'], metadata['greatesteventtime']].map((text) =>
    Date.parse(text ?? ''),
  );
  // Comparisons with what is no time are false.
  return Number(least) < to && Number(greatest) >= from;
}
