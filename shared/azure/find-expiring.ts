import type { BlobServiceClient } from '@azure/storage-blob';
import { CONTAINERS } from '../blocks/draft.ts';
import type { Container } from '../blocks/draft.ts';
import type { Candidate } from '../retention/expired-blob.ts';
import type { Log } from '../log.ts';
import { blobsByPath } from './blobs-by-path.ts';
import { refusesTags, storageFailure, storageRefused } from './storage-error.ts';
import type { StorageFailure } from './storage-error.ts';

export interface FindExpiringOptions {
  readonly log: Log;
  /** The shortest retention in each container; undefined: all in it is kept for ever. Asked where there are no tags. */
  readonly leastDays: (container: Container) => number | undefined;
}

export interface DayRange {
  /** Blobs that are due on this day, or before it, are left out. */
  readonly after?: string;
  readonly until: string;
}

/** The most that the service puts into one answer. */
const PAGE = 5_000;

/**
 * Blobs in Sluice's containers that fall due within some days: by their tags, so that what is kept costs nothing; where the account
 * has none, by the date in the path and the metadata. A container after the other, so that rights on containers are enough.
 */
export async function* findExpiring(
  service: BlobServiceClient,
  range: DayRange,
  { log, leastDays }: FindExpiringOptions,
): AsyncGenerator<Candidate> {
  let hasTags = true;
  for (const container of CONTAINERS) {
    try {
      if (hasTags) yield* findByTags(service, container, range);
    } catch (error) {
      const failure = storageFailure(error);
      if (failure?.code === 'ContainerNotFound') continue;
      if (!failure || !hasNoTags(failure)) throw storageRefused('Finding blobs by their tags', error);
      hasTags = false;
      log(
        'info',
        `This account has no index tags (${failure.code}): what is due is found by the date in the path.`,
      );
    }
    const least = leastDays(container);
    if (!hasTags && least !== undefined) yield* findByPath(service, container, least, range);
  }
}

async function* findByTags(
  service: BlobServiceClient,
  container: Container,
  { after, until }: DayRange,
): AsyncGenerator<Candidate> {
  const from = after === undefined ? '' : `"expires" > '${after}' AND `;
  const pages = service
    .getContainerClient(container)
    .findBlobsByTags(`${from}"expires" <= '${until}'`)
    .byPage({ maxPageSize: PAGE });
  for await (const { blobs } of pages)
    for (const { name, tags } of blobs) yield { blob: { container, name }, expires: tags?.['expires'] ?? '' };
}

async function* findByPath(
  service: BlobServiceClient,
  container: Container,
  leastDays: number,
  range: DayRange,
): AsyncGenerator<Candidate> {
  const client = service.getContainerClient(container);
  for await (const { name, metadata } of blobsByPath(client, leastDays, range.until)) {
    const expires = metadata['expires'];
    if (isWithin(range, expires)) yield { blob: { container, name }, expires };
  }
}

export function isWithin({ after, until }: DayRange, day: string | undefined): day is string {
  return day !== undefined && day <= until && (after === undefined || day > after);
}

/** To the question for blobs by their tags, an account without them says that it knows no such parameter (400). */
function hasNoTags(failure: StorageFailure): boolean {
  return refusesTags(failure) || failure.code === 'InvalidQueryParameterValue';
}
