import { createRandom } from '../../cli/sample/random.ts';
import type { Random } from '../../cli/sample/random.ts';
import { COMPRESSIONS } from '../../shared/blocks/block-codec.ts';
import type { Compression } from '../../shared/blocks/block-codec.ts';
import { KILL_POINTS, MISHAPS, namesOf, RIVALRIES } from './kinds.ts';
import type { KillPoint, Mishap, Rivalry } from './kinds.ts';

/** What a round does, all of it drawn from its seed. */
export interface Plan {
  readonly seed: number;
  readonly acts: readonly Act[];
  /** One for each start of a host, over and over. */
  readonly batchSizes: readonly number[];
  /** Above 1, the host waits for so many messages, as it does in Azure. */
  readonly minBatchSize: number;
  readonly blocksPerBlob: number;
  readonly compression: Compression;
  readonly messageBytes: number;
  /** Whether the category functions read the second hub meanwhile. */
  readonly categoryFunctions: boolean;
  /** Whether every start of a host brings a version that judges otherwise. */
  readonly newVersions: boolean;
  /** Whether a host may wait for an answer that a broken connection will never bring, as its SDK does for 20 seconds; or it is killed. */
  readonly patient: boolean;
}

export interface Act {
  readonly event: KillPoint | Rivalry;
  /** So many operations pass before the one that the event is about. */
  readonly skip: number;
  /** For each partition of the source hub. */
  readonly messages: number;
  readonly mishaps: readonly PlannedMishap[];
}

export interface PlannedMishap {
  readonly kind: Mishap;
  readonly skip: number;
  readonly ms: number;
}

const KILLS_A_ROUND = 2;
const MISHAPS_A_ROUND = 5;

/**
 * What is to happen goes round with the seed, so that seeds that follow each other miss nothing: seven of them for the points at which a
 * host is killed, eight for what goes on among owners, and four for the mishaps. When and how is a matter of chance.
 */
export function planOf(seed: number): Plan {
  const random = createRandom(seed);
  const rivalry = turn(namesOf(RIVALRIES), seed, 1)[0] ?? 'second host';
  const events = [...turn(KILL_POINTS, seed, KILLS_A_ROUND)];
  const mishaps = turn(namesOf(MISHAPS), seed, MISHAPS_A_ROUND).map((kind) => {
    return { kind, skip: random.integer(0, 6), ms: random.integer(300, 900) };
  });
  const inOrder: readonly (KillPoint | Rivalry)[] = random.chance(0.5)
    ? [rivalry, ...events]
    : [...events, rivalry];
  return {
    seed,
    acts: inOrder.map((event, i) => ({
      event,
      skip: random.integer(0, 2),
      messages: random.integer(10, 14),
      mishaps: mishaps.filter((_, m) => m % inOrder.length === i),
    })),
    ...batchesOf(rivalry, random),
    // What is late can only do harm to a blob that goes on.
    blocksPerBlob: rivalry === 'late stage' ? 256 : random.pick([2, 3, 256]),
    compression: random.pick(COMPRESSIONS),
    messageBytes: random.pick([65_536, 4_096]),
    categoryFunctions: random.chance(0.2),
    newVersions: rivalry === 'late stage' || random.chance(0.5),
    patient: random.chance(0.2),
  };
}

/** A host reads on while the function runs only for a batch that has waited for more messages than there are. */
function batchesOf(rivalry: Rivalry, random: Random): Pick<Plan, 'batchSizes' | 'minBatchSize'> {
  if (rivalry === 'reader thrown out') return { batchSizes: [20, 21], minBatchSize: 20 };
  // Two versions of the app make blocks of the same messages.
  if (rivalry === 'late stage') return { batchSizes: [5], minBatchSize: 1 };
  return {
    batchSizes: random.chance(0.5) ? [5, 10, 4] : [4, 20],
    minBatchSize: random.chance(0.3) ? 3 : 1,
  };
}

/** So many of the items for each seed, where the seed before has left off. */
function turn<Item>(items: readonly Item[], seed: number, count: number): Item[] {
  const doubled = [...items, ...items];
  const start = (seed * count) % items.length;
  return doubled.slice(start, start + count);
}
