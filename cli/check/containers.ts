import type { BlobServiceClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { blobService } from '../../shared/azure/clients.ts';
import { findExpiring } from '../../shared/azure/find-expiring.ts';
import { REPORTS_CONTAINER } from '../../shared/azure/report-store.ts';
import { isImmutable, refusesTags, storageFailure } from '../../shared/azure/storage-error.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import { CONTAINERS } from '../../shared/blocks/draft.ts';
import { NotMade } from '../connection-failure.ts';
import type { Attempt } from '../connection-failure.ts';
import { openTarget } from './target.ts';
import type { Checked, Run } from './target.ts';

/** See `FEW_RETRIES` of the hubs. */
export const FEW_TRIES = { retryOptions: { maxTries: 3, retryDelayInMs: 300 } };

/** Under no source, no category and no hour: neither the audit nor the retention, nor a query by hour, comes upon it. */
const PROBE_BLOB = 'sluice-check/probe/blob.txt';
const PROBE_TEXT = 'Written by sluice check, and of no meaning.\n';
const PROBE_TAGS = { probe: 'sluice-check' };

/** All that Sluice writes blobs to. A role may be of each container alone. */
export const CHECKED_CONTAINERS = [...CONTAINERS, REPORTS_CONTAINER];

export interface BlobChecks {
  readonly archive: Connection;
  /** Where it is another than the archive's. */
  readonly retention: Connection | undefined;
  /** Whether blobs are written once, so that an immutability policy stands in nobody's way. */
  readonly writesOnce: boolean;
  /** Milliseconds for each step. */
  readonly limit: number;
}

/** What a policy may be on: `docs/retention.md`. */
const IMMUTABLE = ['archive', 'dead-letter', 'salvaged'];

const RIGHTS = {
  write: 'blobs/write (Storage Blob Data Contributor has it)',
  tag: 'blobs/tags/write (Storage Blob Data Owner has it, Contributor has not)',
  read: 'blobs/read (Storage Blob Data Reader has it)',
  delete: 'blobs/delete (Storage Blob Data Contributor has it)',
  make: 'containers/write (Storage Blob Data Contributor has it)',
  find: 'blobs/filter/action (Storage Blob Data Owner has it)',
};

const NOBODY_DELETES = `not allowed: ${PROBE_BLOB} stays. What is to be deleted needs a RetentionStorage that may`;

/** Writes a blob as the app does, tags it, reads it and deletes it. */
export async function checkContainer(container: string, checks: BlobChecks): Promise<Checked> {
  const { archive, writesOnce, limit } = checks;
  const target = openTarget(`container ${container}`, archive.setting, limit);
  const client = containerOf(container, archive);
  const blob = probeIn(client);
  const to = (right: keyof typeof RIGHTS): Attempt => attemptOn(container, archive, right);
  const change = writesOnce && IMMUTABLE.includes(container) ? unlessProtected : (run: Run) => run;

  const writing = change((signal) => writeOrMake(client, signal));
  if (!(await target.try('write', to('write'), writing))) return target;
  const tagging = change((signal) => tag(blob, signal));
  if (container !== REPORTS_CONTAINER) await target.try('tag', to('tag'), tagging);
  await target.try('read', to('read'), (signal) => read(blob, signal));

  // Reports are written over, and never deleted.
  const retention = container === REPORTS_CONTAINER ? undefined : checks.retention;
  const ifNot = retention ? 'not allowed, as it should be' : NOBODY_DELETES;
  const deleting = change((signal) => deleteIfAllowed(blob, ifNot, signal));
  if (!(await target.try('delete', to('delete'), deleting)) || !retention) return target;
  const deletingAgain = change(async (abortSignal) => {
    await write(blob, abortSignal);
    await probeIn(containerOf(container, retention)).delete({ abortSignal });
    return undefined;
  });
  await target.try('delete by RetentionStorage', attemptOn(container, retention, 'delete'), deletingAgain);
  return target;
}

function attemptOn(container: string, connection: Connection, right: keyof typeof RIGHTS): Attempt {
  return { connection, service: 'blobs', thing: `container ${container}`, right: RIGHTS[right] };
}

/** Rights are asked for before the policy is: whoever hears of that has them. */
function unlessProtected(run: Run): Run {
  return async function runUnlessProtected(signal) {
    try {
      return await run(signal);
    } catch (error) {
      if (!isImmutable(storageFailure(error))) throw error;
      return `an immutability policy keeps ${PROBE_BLOB} as it is`;
    }
  };
}

function containerOf(container: string, connection: Connection): ContainerClient {
  return blobService(connection, FEW_TRIES).getContainerClient(container);
}

function probeIn(container: ContainerClient): BlockBlobClient {
  return container.getBlockBlobClient(PROBE_BLOB);
}

/** A container that is missing is made, as the app would have made it. */
async function writeOrMake(
  container: ContainerClient,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    await write(probeIn(container), abortSignal);
    return undefined;
  } catch (error) {
    if (storageFailure(error)?.code !== 'ContainerNotFound') throw error;
  }
  try {
    await container.createIfNotExists({ abortSignal });
  } catch (error) {
    throw new NotMade('missing-container', RIGHTS.make, error);
  }
  await write(probeIn(container), abortSignal);
  return 'it was missing, and has been made, as the app would have';
}

async function write(blob: BlockBlobClient, abortSignal: AbortSignal): Promise<void> {
  const body = Buffer.from(PROBE_TEXT);
  const id = Buffer.from('probe').toString('base64');
  await blob.stageBlock(id, body, body.length, { abortSignal });
  await blob.commitBlockList([id], { blobHTTPHeaders: { blobContentType: 'text/plain' }, abortSignal });
}

async function tag(blob: BlockBlobClient, abortSignal: AbortSignal): Promise<string | undefined> {
  try {
    await blob.setTags(PROBE_TAGS, { abortSignal });
    return undefined;
  } catch (error) {
    if (!refusesTags(storageFailure(error))) throw error;
    return 'the account has no index tags, and retention goes by the path';
  }
}

async function read(blob: BlockBlobClient, abortSignal: AbortSignal): Promise<undefined> {
  const found = (await blob.downloadToBuffer(0, undefined, { abortSignal })).toString();
  if (found !== PROBE_TEXT)
    throw new Error('What was read is not what was written: somebody else writes the same blob');
}

/** Who ingests needs no right to delete, and is better off without. `ifNot` is what to say then. */
async function deleteIfAllowed(
  blob: BlockBlobClient,
  ifNot: string,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  try {
    await blob.delete({ abortSignal });
    return undefined;
  } catch (error) {
    // What kept it out altogether would have kept it from writing.
    if (storageFailure(error)?.status !== 403) throw error;
    return ifNot;
  }
}

/** That what is due can be found, by whoever deletes it. */
export async function checkRetention({ archive, retention = archive, limit }: BlobChecks): Promise<Checked> {
  const target = openTarget('retention', retention.setting, limit);
  const attempt: Attempt = {
    connection: retention,
    service: 'blobs',
    thing: 'containers of the archive',
    right: RIGHTS.find,
  };
  await target.try('find by tags', attempt, () => findNothing(blobService(retention, FEW_TRIES)));
  return target;
}

/** Nothing was due before there was anything. */
async function findNothing(service: BlobServiceClient): Promise<string | undefined> {
  let found: string | undefined;
  const log = (_level: string, message: string): void => {
    found = message;
  };
  const due = findExpiring(service, { until: '1970-01-01' }, { log, leastDays: () => undefined });
  await due.next();
  return found;
}
