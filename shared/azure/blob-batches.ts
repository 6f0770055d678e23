import type { BlobBatch, BlobBatchClient, BlobClient } from '@azure/storage-blob';
import pMap from 'p-map';
import { storageFailure } from './storage-error.ts';
import type { StorageFailure } from './storage-error.ts';

const SINGLE_REQUESTS_SIDE_BY_SIDE = 16;

export interface BatchItem {
  readonly client: BlobClient;
  /** Adds the request to a batch. */
  readonly addTo: (batch: BlobBatch) => Promise<void>;
  /** Makes the request by itself. */
  readonly alone: () => Promise<unknown>;
}

/** Undefined: done. An Error that is no answer of the service: nothing is known. */
export type BatchOutcome = StorageFailure | Error | undefined;

/**
 * Makes up to 256 requests in one, and answers what became of each, in order. Where the account takes no batches (400, of some with a
 * hierarchical namespace), each is made by itself.
 */
export async function submitBatch(
  client: BlobBatchClient,
  items: readonly BatchItem[],
): Promise<readonly BatchOutcome[]> {
  const batch = client.createBatch();
  for (const item of items) await item.addTo(batch);
  try {
    const { subResponses } = await client.submitBatch(batch);
    const byUrl = new Map(subResponses.map((response) => [response._request.url, response]));
    return items.map(({ client: { url } }) => {
      const response = byUrl.get(url);
      if (!response) return new Error(`The answer to a batch says nothing of ${url}.`);
      if (response.status < 300) return undefined;
      return { status: response.status, code: response.errorCode ?? '' };
    });
  } catch (error) {
    const failure = storageFailure(error);
    if (failure?.status !== 400) throw error;
    return pMap(items, submitAlone, { concurrency: SINGLE_REQUESTS_SIDE_BY_SIDE });
  }
}

async function submitAlone({ alone }: BatchItem): Promise<BatchOutcome> {
  try {
    await alone();
    return undefined;
  } catch (error) {
    return storageFailure(error) ?? (error instanceof Error ? error : new Error(String(error)));
  }
}
