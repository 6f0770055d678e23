import type { BlockId } from '../blocks/block-id.ts';
import type { Fault, Group } from './findings.ts';
import { placeOf } from './found-blobs.ts';
import type { PlacedBlock } from './found-blobs.ts';

/** Blocks of one group that hold the same messages, and the blocks without them. */
export function findDoubled(
  group: Group,
  blocks: readonly PlacedBlock[],
): { once: readonly PlacedBlock[]; faults: Fault[] } {
  const faults: Fault[] = [];
  const once: PlacedBlock[] = [];
  const chains = new Map<string, PlacedBlock[]>();
  for (const placed of blocks.toSorted(byMessages)) {
    const { blob, block } = placed;
    // A rule's days give some records of the same messages a chain of their own.
    const chain = chains.get(blob.parsed.chain) ?? [];
    chains.set(blob.parsed.chain, chain);
    const before = chain.at(-1);
    if (before && overlap(before, placed)) {
      const places = [placeOf(before.blob, before.block), placeOf(blob, block)] as const;
      faults.push({ kind: 'block-doubled', ...group, places, records: block.facts?.records ?? 0 });
      continue;
    }
    chain.push(placed);
    once.push(placed);
  }
  return { once, faults };
}

type Messages = Pick<BlockId, 'run' | 'first' | 'last'>;

/** Of a block that is none of ours; those are sorted out before. */
const NONE: Messages = { run: 0, first: 0, last: 0 };

function byMessages({ block: one }: PlacedBlock, { block: other }: PlacedBlock): number {
  const [a, b]: readonly [Messages, Messages] = [one.facts ?? NONE, other.facts ?? NONE];
  return a.run - b.run || a.first - b.first || a.last - b.last;
}

/** A message is decided once, with all that it holds, so no two decisions have it in the same chain. */
function overlap({ block: a }: PlacedBlock, { block: b }: PlacedBlock): boolean {
  if (!a.facts || !b.facts) return false;
  return a.facts.run === b.facts.run && b.facts.first <= a.facts.last;
}
