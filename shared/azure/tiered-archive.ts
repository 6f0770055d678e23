import type { BlobBatch, BlobServiceClient } from '@azure/storage-blob';
import { dayPrefix } from '../blocks/blob-name.ts';
import { TIERS } from '../sinks.ts';
import type { CategoryDay, TieredArchive, TieredBlob } from '../retention/tiering.ts';
import { submitBatch } from './blob-batches.ts';
import type { BatchOutcome } from './blob-batches.ts';
import { blobsUnder, categoriesOf } from './blobs-by-path.ts';
import { storageAnswered, storageRefused } from './storage-error.ts';

const CONTAINER = 'archive';

export function azureTieredArchive(service: BlobServiceClient): TieredArchive {
  const container = service.getContainerClient(CONTAINER);

  async function* categories(): AsyncGenerator<Omit<CategoryDay, 'day'>> {
    for await (const prefix of categoriesOf(container)) {
      const [source = '', category = ''] = prefix.split('/');
      yield { source, category };
    }
  }

  async function* blobsOf({ source, category, day }: CategoryDay): AsyncGenerator<TieredBlob> {
    for await (const { name, tier } of blobsUnder(container, dayPrefix(source, category, day))) {
      const known = TIERS.find((one) => one === tier);
      // Accounts without tiers (premium ones) name none, or another.
      if (known) yield { blob: { container: CONTAINER, name }, tier: known };
    }
  }

  async function setTiers(blobs: readonly TieredBlob[]): Promise<readonly (Error | undefined)[]> {
    const items = blobs.map(({ blob, tier }) => {
      const client = container.getBlobClient(blob.name);
      const addTo = (batch: BlobBatch): Promise<void> => batch.setBlobAccessTier(client, tier);
      return { client, addTo, alone: () => client.setAccessTier(tier) };
    });
    try {
      return (await submitBatch(container.getBlobBatchClient(), items)).map(toFailure);
    } catch (error) {
      throw storageRefused('Moving blobs to their tier', error);
    }
  }

  return { categories, blobsOf, setTiers };
}

function toFailure(outcome: BatchOutcome): Error | undefined {
  if (outcome === undefined || outcome instanceof Error) return outcome;
  // Deleted in the meantime.
  return outcome.status === 404 ? undefined : storageAnswered('Moving a blob to its tier', outcome);
}
