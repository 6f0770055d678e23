import pMap from 'p-map';
import { dayOf } from '../blocks/expiry.ts';
import { MOST_IN_A_BATCH } from './run.ts';
import type { BlobAddress, Tier } from '../sinks.ts';
import { TIERS } from '../sinks.ts';
import type { TierStep } from '../blocks/tiers.ts';
import { DAY } from '../time.ts';

/** A category's blobs of a day, as the path has them. */
export interface CategoryDay {
  readonly source: string;
  readonly category: string;
  /** `2026-11-20` */
  readonly day: string;
}

export interface TieredBlob {
  readonly blob: BlobAddress;
  readonly tier: Tier;
}

/** The archive, as far as tiers go. */
export interface TieredArchive {
  categories(): AsyncIterable<Omit<CategoryDay, 'day'>>;
  blobsOf(day: CategoryDay): AsyncIterable<TieredBlob>;
  /** At most `MOST_IN_A_BATCH`, each to the tier that it is named with. An Error for each that storage refused. */
  setTiers(blobs: readonly TieredBlob[]): Promise<readonly (Error | undefined)[]>;
}

export interface TieringDeps {
  readonly archive: TieredArchive;
  readonly stepsOf: (source: string, category: string) => readonly TierStep[];
  /** `<container>/<name>` of blobs that something is still to be added to, or read from. */
  readonly inUse: () => Promise<ReadonlySet<string>>;
}

export interface TieringOptions {
  readonly today: string;
  /** How many days before the one that has become due are looked at too: the timer may have been off. */
  readonly daysBack?: number | undefined;
  /** Nothing is moved, and said to be. */
  readonly dryRun?: boolean;
  readonly mayGoOn?: () => boolean;
}

export interface TieringReport {
  readonly moved: Readonly<Record<Tier, number>>;
  readonly unfinished: boolean;
  readonly failures: readonly Error[];
}

const DAYS_BACK = 7;
const BATCHES_SIDE_BY_SIDE = 4;

/**
 * Moves blobs of the archive to the tiers in which they belong. Only days that have become due lately are listed, and what is in its
 * tier already, or a colder one, stays. A blob is moved a day after its hour at the earliest, and not while a plan names it.
 */
export async function runTiering(
  { archive, stepsOf, inUse }: TieringDeps,
  { today, daysBack = DAYS_BACK, dryRun = false, mayGoOn = () => true }: TieringOptions,
): Promise<TieringReport> {
  const busy = await inUse();
  const moved: Record<Tier, number> = { Hot: 0, Cool: 0, Cold: 0, Archive: 0 };
  const failures: Error[] = [];
  let unfinished = false;
  await pMap(batches(), move, { concurrency: BATCHES_SIDE_BY_SIDE });
  return { moved, unfinished: unfinished || failures.length > 0, failures };

  async function* batches(): AsyncGenerator<TieredBlob[]> {
    let batch: TieredBlob[] = [];
    for await (const blob of toMove()) {
      batch.push(blob);
      if (batch.length < MOST_IN_A_BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  async function* toMove(): AsyncGenerator<TieredBlob> {
    for await (const { source, category } of archive.categories()) {
      const steps = stepsOf(source, category);
      for (const [day, target] of dueDays(steps, today, daysBack)) {
        if (failures.length > 0 || !mayGoOn()) {
          unfinished = true;
          return;
        }
        for await (const { blob, tier } of archive.blobsOf({ source, category, day }))
          if (isColder(target, tier) && !busy.has(`${blob.container}/${blob.name}`))
            yield { blob, tier: target };
      }
    }
  }

  async function move(batch: readonly TieredBlob[]): Promise<void> {
    const outcomes = dryRun ? [] : await archive.setTiers(batch);
    batch.forEach(({ tier }, i) => {
      const failure = outcomes[i];
      if (failure) failures.push(failure);
      else moved[tier]++;
    });
  }
}

/** Days that have reached a tier today, or in the days before, and the coldest that each has reached. */
function dueDays(steps: readonly TierStep[], today: string, daysBack: number): Map<string, Tier> {
  const due = new Map<string, Tier>();
  for (const { tier, days } of steps) {
    // All hours of a day are over at its end.
    const latest = Date.parse(today) - (days + 1) * DAY;
    for (let back = 0; back <= daysBack; back++) {
      const day = dayOf(latest - back * DAY);
      // Steps ascend: what a later one says is colder.
      due.set(day, tier);
    }
  }
  return due;
}

function isColder(a: Tier, b: Tier): boolean {
  return TIERS.indexOf(a) > TIERS.indexOf(b);
}
