import pMap from 'p-map';
import { createBlobChains } from '../../shared/blocks/blob-chains.ts';
import { encodeBlockId } from '../../shared/blocks/block-id.ts';
import { commit } from '../../shared/commit.ts';
import type { Container } from '../../shared/blocks/draft.ts';
import type { PlanBlock } from '../../shared/ledger/ledger-rows.ts';
import type { Partition } from '../../shared/message.ts';
import { blobPrefix } from '../../shared/names.ts';
import type { BlobAddress, BlobStore } from '../../shared/sinks.ts';
import { HOUR, startOf } from '../../shared/time.ts';
import { PARTITION } from './messages.ts';

export interface BlobOptions {
  readonly container?: Container;
  readonly source?: string;
  readonly category?: string;
  /** When its messages came in. */
  readonly time?: string;
  readonly days?: number;
  /** Blocks, of two records each. */
  readonly blocks?: number;
  readonly no?: number;
  readonly partition?: Partition;
}

let blockNo = 0;

/** Bytes of a block. */
export const BLOCK = Buffer.from('{"a":1}\n{"a":2}\n');

/** A blob, or more blocks for one, written by the pipeline's own steps. */
export async function putBlob(store: BlobStore, options: BlobOptions = {}): Promise<BlobAddress> {
  const { container = 'archive', source = 'entra', category = 'SignInLogs', blocks = 1, no = 1 } = options;
  const { time: text = '2026-11-20T10:11:12Z', days = 30, partition = PARTITION } = options;
  const time = Date.parse(text);
  const name = `${blobPrefix(source, category, startOf(HOUR, time), partition)}${no}.ndjson`;
  for (let i = 0; i < blocks; i++) {
    const random = String(++blockNo).padStart(16, '0');
    const id = encodeBlockId({ run: 1, first: 1, last: 2, time, records: 2, retentionDays: days, random });
    const block: PlanBlock = { container, blob: name, id, source, category, passOn: false };
    await store.stage({ container, name }, id, BLOCK);
    await commit(block, createBlobChains({ store, blocksPerBlob: 256 }), { store });
  }
  return { container, name };
}

/** So many blobs of the hour, numbered from 1. */
export async function putBlobs(
  store: BlobStore,
  count: number,
  options: BlobOptions = {},
): Promise<BlobAddress[]> {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  return pMap(numbers, (no) => putBlob(store, { ...options, no }), { concurrency: 16 });
}
