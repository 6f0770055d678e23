import { decodeBlockId } from '../../shared/blocks/block-id.ts';
import { DAY, HOUR, startOf } from '../../shared/time.ts';
import type { Findings } from './assess.ts';
import type { FoundBlock, FoundLine } from './found.ts';
import { KEPT_LONG_DAYS, retentionDaysOf } from './messages.ts';
import { addressOf, shortName } from './storage.ts';
import type { Problem, World } from './world.ts';

/**
 * The lines of a category, hour and partition are in the order of the hub, blob after blob; where retention has deleted some of the
 * blobs, within each. What the hub had let go is another run when it comes late, from an owner that had fetched it before.
 */
export function assessOrder({ decided, blocks }: Findings): Problem[] {
  const expired = new Set(blocks.filter(({ state }) => state === 'expired').map(chainOf));
  const lines = decided.flatMap((each) => each.lines).filter(({ block }) => block.state === 'there');
  const chains = Map.groupBy(lines, ({ block }) => {
    const chain = chainOf(block);
    return expired.has(chain) ? `${chain}${block.blob.name}` : chain;
  });
  return [...chains].flatMap(([chain, of]) => {
    const inOrder = of.toSorted((a, b) => blobNo(a) - blobNo(b) || a.position - b.position);
    return orderProblems(
      chain,
      inOrder.map(({ recordId }) => recordId),
    );
  });
}

/** Where lines follow each other. */
export function chainOf({ blob, id }: FoundBlock): string {
  return `run ${decodeBlockId(id)?.run}, ${blob.container}/${blob.name.replace(/\d+\.ndjson$/, '')}`;
}

function blobNo({ block }: FoundLine): number {
  return Number(/(\d+)\.ndjson$/.exec(block.blob.name)?.[1]);
}

/** Of records of one run. */
export function orderProblems(where: string, recordIds: readonly string[]): Problem[] {
  const places = recordIds.map((id) => id.split('/').slice(-2).map(Number));
  const isInOrder = places.every(([number = 0, index = 0], i) => {
    const [numberBefore = -1, indexBefore = -1] = places[i - 1] ?? [];
    return number > numberBefore || (number === numberBefore && index > indexBefore);
  });
  return isInOrder ? [] : [{ kind: 'order', detail: `${where}: ${recordIds.join(', ')}` }];
}

/** Bytes as they were staged; tags by the block that began the blob; metadata that count right. */
export function assessBlobs({ storage }: World, { blocks }: Findings): Problem[] {
  const problems: Problem[] = [];
  for (const { id, body, blob } of blocks) {
    const staged = storage.staged.get(id);
    if (!staged?.body.equals(body))
      problems.push({ kind: 'bytes', detail: `${storage.nameOf(id)} has others` });
    if (staged && shortName(staged.blob) !== shortName(blob))
      problems.push({ kind: 'misplaced', detail: `${storage.nameOf(id)} is in ${shortName(blob)}` });
  }
  const lost = blocks.filter(({ id, state }) => state === 'lost' && !storage.vanished.has(id));
  for (const { id } of lost) problems.push({ kind: 'lost', detail: `${storage.nameOf(id)} for no reason` });
  for (const [key, { options }] of storage.sinks.store.blobs) {
    const of = blocks.filter(
      ({ state, blob }) => state === 'there' && `${blob.container}/${blob.name}` === key,
    );
    const [first] = of;
    const expires = first && expiryOf(key, storage.staged.get(first.id)?.version ?? 1);
    const expected = JSON.stringify([expires, String(of.length), String(recordsIn(of))]);
    const { blocks: count, records } = options.metadata;
    const found = JSON.stringify([options.tags['expires'], count, records]);
    if (found !== expected)
      problems.push({
        kind: 'tags',
        detail: `${shortName(addressOf(key))} has ${found} and not ${expected}`,
      });
  }
  return problems;
}

function recordsIn(blocks: readonly { readonly id: string }[]): number {
  return blocks.reduce((sum, { id }) => sum + (decodeBlockId(id)?.records ?? 0), 0);
}

/** The first day on which a blob may be deleted that this version of the code began. */
function expiryOf(key: string, version: 1 | 2): string | undefined {
  const [, container = '', category = '', year, month, day, hour, file = ''] =
    /^([^/]+)\/unknown\/([^/]+)\/y=(\d+)\/m=(\d+)\/d=(\d+)\/h=(\d+)\/(.*)$/.exec(key) ?? [];
  const days = file.includes(`-r${KEPT_LONG_DAYS}-`)
    ? KEPT_LONG_DAYS
    : container === 'pass-on'
      ? 7
      : retentionDaysOf(version, category);
  if (days === 0) return undefined;
  const end = Date.parse(`${year}-${month}-${day}T${hour}:00:00Z`) + HOUR + days * DAY;
  return new Date(startOf(DAY, end + DAY - 1)).toISOString().slice(0, 10);
}
