import { decodeBlockId } from '../../shared/blocks/block-id.ts';
import type { BlobAddress, CommitOptions, CommitOutcome } from '../../shared/sinks.ts';
import { memorySinks } from '../support/deps.ts';
import type { MemorySinks } from '../support/deps.ts';
import type { Version } from './messages.ts';

/** A block as somebody has staged it. */
export interface StagedBlock {
  readonly blob: BlobAddress;
  readonly body: Buffer;
  /** Of the code that staged it. */
  readonly version: Version;
}

/** A blob that retention has deleted, as it was. */
export interface ExpiredBlob {
  readonly blob: BlobAddress;
  readonly blocks: readonly { readonly id: string; readonly body: Buffer }[];
}

/** Everything that outlives the instances, and what the assessment wants to know about how it came to be. */
export interface Storage {
  readonly sinks: MemorySinks;
  readonly staged: ReadonlyMap<string, StagedBlock>;
  /** Blocks that went before anybody had committed them. */
  readonly vanished: ReadonlySet<string>;
  readonly expired: readonly ExpiredBlob[];
  readonly problems: readonly string[];
  stage(blob: BlobAddress, id: string, body: Buffer, version: Version): Promise<void>;
  commit: MemorySinks['store']['commit'];
  vanish(): number;
  touch(key: string): void;
  /** Deletes what is due by then, but for the blobs that are still to be written to. */
  expire(time: number, inUse: ReadonlySet<string>): Promise<number>;
  /** A short name for a block, in the order of their staging. */
  nameOf(id: string): string;
}

export function createStorage(): Storage {
  const sinks = memorySinks();
  const staged = new Map<string, StagedBlock>();
  const vanished = new Set<string>();
  const expired: ExpiredBlob[] = [];
  const problems: string[] = [];
  const expiries = new Map<string, string>();

  function stage(blob: BlobAddress, id: string, body: Buffer, version: Version): Promise<void> {
    const before = staged.get(id);
    // The same request may arrive twice.
    if (before && before.body !== body) problems.push(`two blocks are staged under one id: ${nameOf(id)}`);
    if (!before) staged.set(id, { blob, body, version });
    return sinks.store.stage(blob, id, body);
  }

  async function commit(
    blob: BlobAddress,
    ids: readonly string[],
    options: CommitOptions,
  ): Promise<CommitOutcome> {
    const outcome = await sinks.store.commit(blob, ids, options);
    if (outcome === 'changed' || outcome === 'block-missing') return outcome;
    const { expires = 'never' } = options.tags;
    const before = expiries.get(keyOf(blob)) ?? expires;
    if (before !== expires)
      problems.push(`retention changes: ${shortName(blob)} from ${before} to ${expires}`);
    expiries.set(keyOf(blob), expires);
    return outcome;
  }

  function vanish(): number {
    const ids = sinks.store.dropStaged();
    for (const id of ids) vanished.add(id);
    return ids.length;
  }

  async function expire(time: number, inUse: ReadonlySet<string>): Promise<number> {
    const today = new Date(time).toISOString().slice(0, 10);
    const due = [...sinks.store.blobs].filter(([key, { options }]) => {
      const expires = options.tags['expires'];
      return expires !== undefined && expires <= today && !inUse.has(key);
    });
    for (const [key] of due) {
      const blob = addressOf(key);
      expired.push({ blob, blocks: await blocksOf(sinks, blob) });
      sinks.store.remove(blob);
      expiries.delete(key);
    }
    return due.length;
  }

  function nameOf(id: string): string {
    const place = [...staged.keys()].indexOf(id);
    const { first, last, run } = decodeBlockId(id) ?? {};
    return `b${place}(run ${run} #${first}..${last})`;
  }

  function touch(key: string): void {
    sinks.store.touch(addressOf(key));
  }

  return { sinks, staged, vanished, expired, problems, stage, commit, vanish, touch, expire, nameOf };
}

export async function blocksOf(
  { store }: MemorySinks,
  blob: BlobAddress,
): Promise<{ id: string; body: Buffer }[]> {
  const { blocks } = await store.state(blob);
  const whole = store.blobs.get(keyOf(blob))?.body ?? Buffer.alloc(0);
  let at = 0;
  return blocks.map(({ id, size }) => ({ id, body: whole.subarray(at, (at += size)) }));
}

export function keyOf({ container, name }: BlobAddress): string {
  return `${container}/${name}`;
}

export function addressOf(key: string): BlobAddress {
  const at = key.indexOf('/');
  return { container: key.slice(0, at), name: key.slice(at + 1) };
}

/** `archive A 20T10 p0-1` of `archive/unknown/A/y=2026/m=11/d=20/h=10/contoso-logs-p0-1.ndjson` */
export function shortName({ container, name }: BlobAddress): string {
  const [, category, , , day = '', hour = '', file = ''] = name.split('/');
  return `${container} ${category} ${day.slice(2)}T${hour.slice(2)} ${file.replace(/^.*-logs-|\.ndjson$/g, '')}`;
}
