import { byteSize, count, number } from '../format.ts';
import type { Scan } from './load-tables.ts';

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

/** What was read, and what was not. */
export function describeScan(scan: Readonly<Scan>): string[] {
  const { categories, listed, picked, cached, downloaded, offline, gone } = scan;
  const of = categories === 1 ? '1 category' : `${number(categories)} categories`;
  const lines = [
    `Read ${number(picked - gone)} of ${count(listed, 'blob')} of ${of}: ${number(downloaded)} downloaded ` +
      `(${byteSize(scan.bytesDownloaded)}), ${number(cached)} from the cache (${byteSize(scan.bytesCached)}).`,
  ];
  if (offline > 0)
    lines.push(
      `Left out: ${count(offline, 'blob')} in the archive tier. To read them, move them to the hot or the cool tier first.`,
    );
  if (gone > 0) lines.push(`Left out: ${count(gone, 'blob')}, deleted in the meantime.`);
  return lines;
}
