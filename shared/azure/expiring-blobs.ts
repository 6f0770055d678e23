import type { BlobBatch, BlobClient, BlobServiceClient, ContainerClient } from '@azure/storage-blob';
import { CONTAINERS } from '../blocks/draft.ts';
import type { Candidate, ExpiredBlob, FoundBlob } from '../retention/expired-blob.ts';
import type { DeleteOutcome, ExpiringBlobs } from '../retention/run.ts';
import type { BlobAddress } from '../sinks.ts';
import { submitBatch } from './blob-batches.ts';
import type { BatchOutcome } from './blob-batches.ts';
import { findExpiring } from './find-expiring.ts';
import type { FindExpiringOptions } from './find-expiring.ts';
import { failedAt, storageAnswered, storageFailure, storageRefused } from './storage-error.ts';

export function azureExpiringBlobs(service: BlobServiceClient, finding: FindExpiringOptions): ExpiringBlobs {
  const clientOf = ({ container, name }: BlobAddress): BlobClient =>
    service.getContainerClient(container).getBlobClient(name);

  async function now(): Promise<number> {
    const date = await attempt('Asking', () => dateOfAnswer(service.getContainerClient(CONTAINERS[0])));
    if (!date) throw new Error('Storage has answered without a date.');
    return date.getTime();
  }

  async function heldContainers(): Promise<ReadonlySet<string>> {
    const held = await Promise.all(
      CONTAINERS.map(async (name) => {
        const container = service.getContainerClient(name);
        const found = await attempt('Asking', () => unlessMissing(() => container.getProperties()));
        return found?.hasLegalHold ? [name] : [];
      }),
    );
    return new Set(held.flat());
  }

  async function look(blob: BlobAddress): Promise<FoundBlob | undefined> {
    const client = clientOf(blob);
    return attempt('Looking at', () =>
      unlessMissing(async () => {
        const list = await unlessArchived(() => client.getBlockBlobClient().getBlockList('committed'));
        if (!list) return lookAtArchived(client);
        const blocks = (list.committedBlocks ?? []).map(({ name, size }) => ({ id: name, size }));
        // One that has been staged to, and never committed, is found by nobody.
        if (list.etag === undefined) return undefined;
        return { etag: list.etag, bytes: list.blobContentLength ?? 0, blocks, metadata: {} };
      }),
    );
  }

  async function deleteBatch(blobs: readonly ExpiredBlob[]): Promise<readonly DeleteOutcome[]> {
    const [first] = blobs;
    if (!first) return [];
    const items = blobs.map(({ blob, etag: ifMatch }) => {
      const client = clientOf(blob);
      const options = { conditions: { ifMatch } };
      const addTo = (batch: BlobBatch): Promise<void> => batch.deleteBlob(client, options);
      return { client, addTo, alone: () => client.delete(options) };
    });
    const batches = service.getContainerClient(first.blob.container).getBlobBatchClient();
    const outcomes = await attempt('Deleting', () => submitBatch(batches, items));
    return outcomes.map(toDeleteOutcome);
  }

  const findExpired = (today: string): AsyncIterable<Candidate> =>
    findExpiring(service, { until: today }, finding);

  return { now, heldContainers, findExpired, look, deleteBatch };
}

/** A right on the container is enough to ask; to ask the account takes one on that. */
async function dateOfAnswer(container: ContainerClient): Promise<Date | undefined> {
  try {
    return (await container.getProperties()).date;
  } catch (error) {
    // Before the first batch there is no container, and the answer that says so has a date as well.
    if (storageFailure(error)?.status === 404) return failedAt(error);
    throw error;
  }
}

async function lookAtArchived(client: BlobClient): Promise<FoundBlob | undefined> {
  const { etag, contentLength = 0, metadata = {} } = await client.getProperties();
  return etag === undefined ? undefined : { etag, bytes: contentLength, blocks: undefined, metadata };
}

/** https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes, and the two of immutable storage. */
const OUTCOMES: Readonly<Record<string, DeleteOutcome>> = {
  BlobNotFound: 'gone',
  ContainerNotFound: 'gone',
  ConditionNotMet: 'changed',
  BlobImmutableDueToLegalHold: 'legal-hold',
  BlobImmutableDueToPolicy: 'immutable',
  LeaseIdMissing: 'in-use',
  SnapshotsPresent: 'in-use',
};

function toDeleteOutcome(outcome: BatchOutcome): DeleteOutcome {
  if (outcome === undefined) return 'deleted';
  if (outcome instanceof Error) return outcome;
  if (outcome.status === 404) return 'gone';
  return OUTCOMES[outcome.code] ?? storageAnswered('Deleting a blob', outcome);
}

async function unlessMissing<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (storageFailure(error)?.status === 404) return undefined;
    throw error;
  }
}

async function unlessArchived<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (storageFailure(error)?.code === 'BlobArchived') return undefined;
    throw error;
  }
}

async function attempt<T>(what: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw storageRefused(`${what} what is due for retention`, error);
  }
}
