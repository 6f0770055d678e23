import { byteSize, count, number } from '../format.ts';

/** What a question has looked at and read. */
export interface Scan {
  categories: number;
  /** Blobs whose name and metadata were looked at, those that can hold what is asked for, and of these the ones in the cache. */
  listed: number;
  picked: number;
  cached: number;
  downloaded: number;
  bytesCached: number;
  bytesDownloaded: number;
  /** Of which the metadata said enough. */
  counted: number;
  /** In the archive tier. */
  offline: number;
  /** Deleted in the meantime. */
  gone: number;
  /** Requests to storage: for up to 5,000 names each, and for a blob each. */
  listings: number;
  downloads: number;
}

export function newScan(): Scan {
  return {
    categories: 0,
    listed: 0,
    picked: 0,
    cached: 0,
    downloaded: 0,
    bytesCached: 0,
    bytesDownloaded: 0,
    counted: 0,
    offline: 0,
    gone: 0,
    listings: 0,
    downloads: 0,
  };
}

const BAR = 24;

/** `████████░░░░░░░░ 12 of 40 blobs, 1.2 of 3.4 MB` */
export function loadingLine(
  { picked, cached, downloaded, gone }: Readonly<Scan>,
  { done, all }: { readonly done: number; readonly all: number },
): string {
  const filled = all === 0 ? BAR : Math.round((done / all) * BAR);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  return `${bar} ${number(cached + downloaded + gone)} of ${count(picked, 'blob')}, ${byteSize(done)} of ${byteSize(all)}`;
}

/** What was read, what that has asked of storage, and what was left out. */
export function describeScan(scan: Readonly<Scan>): string[] {
  const { categories, listed, picked, cached, downloaded, offline, gone } = scan;
  if (categories === 0) return [];
  const of = categories === 1 ? '1 category' : `${number(categories)} categories`;
  const lines = [
    `Read ${number(picked - gone)} of ${count(listed, 'blob')} of ${of}: ${number(downloaded)} downloaded ` +
      `(${byteSize(scan.bytesDownloaded)}), ${number(cached)} from the cache (${byteSize(scan.bytesCached)}). ` +
      `Requests to storage: ${count(scan.listings, 'listing')}, ${count(scan.downloads, 'download')}.`,
  ];
  if (scan.counted > 0)
    lines.push(`Counted unread, by the number of records in their metadata: ${count(scan.counted, 'blob')}.`);
  if (offline > 0)
    lines.push(
      `Left out: ${count(offline, 'blob')} in the archive tier. To read them, move them to the hot or the cool tier first.`,
    );
  if (gone > 0) lines.push(`Left out: ${count(gone, 'blob')}, deleted in the meantime.`);
  return lines;
}
