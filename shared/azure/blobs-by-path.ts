import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import { dayOf } from '../blocks/expiry.ts';
import { DAY } from '../time.ts';
import { storageFailure, storageRefused } from './storage-error.ts';

export interface ListedBlob {
  readonly name: string;
  readonly bytes: number;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tier: string | undefined;
}

/**
 * Blobs of the days that can be due: those on which the shortest retention has passed. One request for each category, year and month,
 * and one for 5,000 blobs of each such day.
 */
export async function* blobsByPath(
  container: ContainerClient,
  leastDays: number,
  today: string,
): AsyncGenerator<ListedBlob> {
  // The hours of a day fall due together, so many days after its end.
  const last = dayOf(Date.parse(today) - (leastDays + 1) * DAY);
  for await (const category of categoriesOf(container))
    for await (const prefix of daysOf(container, category, last)) yield* blobsUnder(container, prefix);
}

/** `entra/SignInLogs/`; `onPage` is called for each request. */
export async function* categoriesOf(container: ContainerClient, onPage = () => {}): AsyncGenerator<string> {
  for await (const source of foldersOf(container, '', onPage)) yield* foldersOf(container, source, onPage);
}

/** Prefixes of the days of a category up to the last, `entra/SignInLogs/y=2026/m=11/d=20/`. */
async function* daysOf(container: ContainerClient, category: string, last: string): AsyncGenerator<string> {
  const lastYear = last.slice(0, '2026'.length);
  const lastMonth = last.slice(0, '2026-11'.length);
  for await (const year of foldersOf(container, category)) {
    if (dateIn(year) > lastYear) continue;
    for await (const month of foldersOf(container, year)) {
      if (dateIn(month) > lastMonth) continue;
      for await (const day of foldersOf(container, month)) if (dateIn(day) <= last) yield day;
    }
  }
}

/** `2026-11` of `entra/SignInLogs/y=2026/m=11/`; what is no date comes after all that are. */
function dateIn(prefix: string): string {
  const parts = prefix.split('/').slice(2, -1);
  const digits = parts.map((part) => /^[ymd]=(\d+)$/.exec(part)?.[1] ?? '~');
  return digits.join('-');
}

async function* foldersOf(
  container: ContainerClient,
  prefix: string,
  onPage = () => {},
): AsyncGenerator<string> {
  const pages = container.listBlobsByHierarchy('/', { prefix }).byPage();
  for await (const { segment } of listed(container, pages)) {
    onPage();
    for (const { name } of segment.blobPrefixes ?? []) yield name;
  }
}

export async function* blobsUnder(
  container: ContainerClient,
  prefix: string,
  onPage = () => {},
): AsyncGenerator<ListedBlob> {
  const pages = container.listBlobsFlat({ prefix, includeMetadata: true }).byPage();
  for await (const { segment } of listed(container, pages)) {
    onPage();
    for (const item of segment.blobItems) yield toListed(item);
  }
}

function toListed({ name, metadata = {}, properties }: BlobItem): ListedBlob {
  const { contentLength: bytes = 0, etag, accessTier: tier } = properties;
  return { name, metadata, bytes, etag, tier };
}

/** Nothing where the container has not been made yet. */
async function* listed<Page>(container: ContainerClient, pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (error) {
    if (storageFailure(error)?.code === 'ContainerNotFound') return;
    throw storageRefused(`Listing the container '${container.containerName}'`, error);
  }
}
