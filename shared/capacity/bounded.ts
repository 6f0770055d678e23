import { OTHER } from '../kept-apart.ts';
import { addTally, emptyTally } from '../ledger/tally.ts';
import { storedName } from './hub-flows.ts';
import { sumOfFlows } from './measures.ts';
import type { CategoryMeasure, Measures, Stored } from './measures.ts';

/** Each partition keeps 100 unlisted categories apart, and there may be many partitions; rows and reports must not grow with them. */
export const MOST_CATEGORIES = 500;

const REST = `unknown/${OTHER}`;

/** The largest categories by bytes, and the others as one. */
export function bounded(measures: Measures): Measures {
  if (measures.categories.size <= MOST_CATEGORIES) return measures;
  const bySize = [...measures.categories.values()].toSorted((a, b) => b.sums.bytes - a.sums.bytes);
  const kept = bySize.slice(0, MOST_CATEGORIES).filter(({ key }) => key !== REST);
  const keys = new Set(kept.map(({ key }) => key));
  const rest = bySize.filter(({ key }) => !keys.has(key));
  const categories = new Map([...kept, merged(rest, measures.minutes)].map((own) => [own.key, own]));
  const names = new Set(rest.map(({ key }) => storedName(key)));
  return { ...measures, categories, stored: mergedStored(measures.stored, names) };
}

function merged(categories: readonly CategoryMeasure[], minutes: number): CategoryMeasure {
  const sums = emptyTally();
  for (const category of categories) addTally(sums, category.sums);
  // Names of tenants and fields are bounded for a minute, not for this.
  return { key: REST, ...sumOfFlows(categories, minutes), sums: { ...sums, scopes: {}, unseen: {} } };
}

function mergedStored(stored: Measures['stored'], names: ReadonlySet<string>): ReadonlyMap<string, Stored> {
  const sums = new Map<string, Stored>();
  for (const [key, more] of stored) {
    const slash = key.indexOf('/');
    const kept = names.has(key.slice(slash + 1)) ? `${key.slice(0, slash)}/${REST}` : key;
    const { blocks, records, bytes } = sums.get(kept) ?? { blocks: 0, records: 0, bytes: 0 };
    sums.set(kept, {
      blocks: blocks + more.blocks,
      records: records + more.records,
      bytes: bytes + more.bytes,
    });
  }
  return sums;
}
