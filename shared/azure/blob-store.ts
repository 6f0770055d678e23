import type { BlobServiceClient, BlockBlobClient } from '@azure/storage-blob';
import type { SluiceError } from '../errors.ts';
import type { BlobAddress, BlobState, BlobStore, CommitOptions, CommitOutcome } from '../sinks.ts';
import { TIERS } from '../sinks.ts';
import { isImmutable, refusesTags, storageFailure, storageRefused } from './storage-error.ts';

/** Block blobs of an archive account. A container that is missing is made. */
export function azureBlobStore(service: BlobServiceClient): BlobStore {
  /** An account with a hierarchical namespace takes none: retention goes by the metadata there. */
  let takesTags = true;

  const clientOf = ({ container, name }: BlobAddress): BlockBlobClient => {
    return service.getContainerClient(container).getBlockBlobClient(name);
  };

  async function stage(blob: BlobAddress, blockId: string, body: Buffer): Promise<void> {
    const upload = () => clientOf(blob).stageBlock(blockId, body, body.length);
    try {
      await upload();
    } catch (error) {
      if (storageFailure(error)?.code !== 'ContainerNotFound')
        throw refused('Staging a block of', blob, error);
      await service.getContainerClient(blob.container).createIfNotExists();
      await upload();
    }
  }

  async function state(blob: BlobAddress): Promise<BlobState> {
    try {
      return await committedState(clientOf(blob));
    } catch (error) {
      const failure = storageFailure(error);
      if (failure?.status === 404) return { etag: undefined, blocks: [], metadata: {} };
      // Committed to between the two requests.
      if (failure?.status === 412) return state(blob);
      if (failure?.code === 'BlobArchived') return sealedState(clientOf(blob));
      throw refused('Reading the block list of', blob, error);
    }
  }

  async function commit(
    blob: BlobAddress,
    blockIds: readonly string[],
    options: CommitOptions,
  ): Promise<CommitOutcome> {
    try {
      const { etag } = await clientOf(blob).commitBlockList([...blockIds], {
        conditions: options.ifMatch === undefined ? { ifNoneMatch: '*' } : { ifMatch: options.ifMatch },
        blobHTTPHeaders: { blobContentType: options.contentType },
        metadata: { ...options.metadata },
        ...(takesTags && { tags: { ...options.tags } }),
        ...(options.tier && { tier: options.tier }),
      });
      if (etag === undefined)
        throw new Error(`No ETag came back from a commit to ${blob.container}/${blob.name}.`);
      return { etag };
    } catch (error) {
      const failure = storageFailure(error);
      if (failure?.status === 412 || failure?.code === 'BlobAlreadyExists') return 'changed';
      // A policy or a hold keeps nothing from beginning a blob: it is there already.
      if (options.ifMatch === undefined && isImmutable(failure)) return 'changed';
      if (failure?.code === 'InvalidBlockList') return 'block-missing';
      if (takesTags && refusesTags(failure)) {
        takesTags = false;
        return commit(blob, blockIds, options);
      }
      throw refused('Committing', blob, error);
    }
  }

  async function download(blob: BlobAddress, offset: number, length: number): Promise<Buffer> {
    try {
      return await clientOf(blob).downloadToBuffer(offset, length);
    } catch (error) {
      throw refused('Reading', blob, error);
    }
  }

  return { stage, state, commit, download };
}

async function committedState(client: BlockBlobClient): Promise<BlobState> {
  const list = await client.getBlockList('committed');
  const blocks = (list.committedBlocks ?? []).map(({ name, size }) => ({ id: name, size }));
  // A blob that has been staged to but never committed has a list, and no properties.
  if (blocks.length === 0 || list.etag === undefined) return { etag: undefined, blocks: [], metadata: {} };
  const found = await client.getProperties({ conditions: { ifMatch: list.etag } });
  const tier = TIERS.find((known) => known === found.accessTier);
  const isSet = tier !== undefined && found.accessTierInferred !== true;
  const { metadata = {} } = found;
  return {
    etag: list.etag,
    blocks,
    metadata,
    ...(isSet && { tier }),
    ...(tier === 'Archive' && { sealed: true }),
  };
}

/** Of a blob in the archive tier, whose block list the service does not give. */
async function sealedState(client: BlockBlobClient): Promise<BlobState> {
  const { etag, metadata = {} } = await client.getProperties();
  return { etag, blocks: [], metadata, tier: 'Archive', sealed: true };
}

function refused(what: string, { container, name }: BlobAddress, error: unknown): SluiceError {
  return storageRefused(`${what} the blob '${container}/${name}'`, error);
}
