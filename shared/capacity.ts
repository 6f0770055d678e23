import { totalFlow } from './capacity/hub-flows.ts';
import type { CapacityInput } from './capacity/input.ts';
import { costReport } from './capacity/cost.ts';
import { backlogReport, lagReport } from './capacity/lag.ts';
import { trendReport } from './capacity/limit-dates.ts';
import type { CategoryMeasure, Measures } from './capacity/measures.ts';
import { namespaceReport, namespacesOf } from './capacity/namespaces.ts';
import { perMonthOf } from './capacity/per-month.ts';
import type { PerMonth } from './capacity/per-month.ts';
import { loadOf, totalOf } from './capacity/rates.ts';
import { REPORT_VERSION } from './capacity/report.ts';
import type { CapacityReport, CategoryReport, DriftedField, LedgerProof } from './capacity/report.ts';
import { largestFirst, seriesOf } from './capacity/series.ts';
import { silentSources } from './capacity/silence.ts';
import { categoryStorage, storageReport } from './capacity/storage.ts';
import { unitNeedOf } from './capacity/units.ts';
import { warningsOf } from './capacity/warnings.ts';
import { addTally, deadLetteredOf, emptyTally, excludedOf } from './ledger/tally.ts';
import { MINUTE } from './time.ts';

export type { CapacityInput } from './capacity/input.ts';
export type { CapacityReport } from './capacity/report.ts';

/** What the stream needs, from what was measured. Pure: the same input gives the same report. docs/capacity.md has the method. */
export function capacityReport(input: CapacityInput): CapacityReport {
  const { measures, now, basis, prices } = input;
  const { from, minutes } = measures;
  const perMonth = perMonthOf(input);
  const total = totalFlow(measures);
  const namespaces = namespacesOf(input);
  const namespaceReports = namespaces.map((namespace) => namespaceReport(namespace, input, perMonth));
  const allBytes = [...measures.categories.values()].reduce((sum, { sums }) => sum + sums.bytes, 0);
  const categories = largestFirst(measures.categories).map((category) =>
    categoryReport(category, allBytes, input, perMonth),
  );
  const storages = categories.map(({ storage }) => storage);
  const storage = storageReport(storages, input, perMonth);
  const report = {
    version: REPORT_VERSION,
    generatedAt: new Date(now).toISOString(),
    basis,
    window: { from: isoText(from), to: isoText(from + minutes * MINUTE), minutes },
    prices: { region: prices.region, currency: prices.currency, date: prices.date, source: prices.source },
    total: loadOf(total, from),
    ledger: ledgerProof(measures, totalOf(total.messages)),
    namespaces: namespaceReports,
    categories,
    lag: lagReport(input),
    backlog: backlogReport(input),
    silent: silentSources(input),
    drift: driftOf(measures),
    storage,
    cost: costReport(namespaceReports, categories, storage, input),
    trend: trendReport(namespaces, namespaceReports, input),
    series: seriesOf(total, measures),
  } satisfies Omit<CapacityReport, 'warnings'>;
  return { ...report, warnings: warningsOf(report) };
}

function isoText(time: number): string {
  return new Date(time).toISOString();
}

function categoryReport(
  category: CategoryMeasure,
  allBytes: number,
  input: CapacityInput,
  perMonth: PerMonth,
): CategoryReport {
  const { key, sums, bytes, messages } = category;
  const { from, minutes } = input.measures;
  const slash = key.indexOf('/');
  const need = unitNeedOf([{ flow: category, consumerGroups: 1 }], minutes);
  const last = messages.findLastIndex((figure) => figure > 0);
  return {
    key,
    source: key.slice(0, slash),
    name: key.slice(slash + 1),
    load: loadOf({ ...category, recordBytes: bytes, largest: 0, largestRecord: sums.largest }, from),
    share: allBytes > 0 ? sums.bytes / allBytes : 0,
    deadLettered: deadLetteredOf(sums),
    excluded: excludedOf(sums),
    invalid: sums.invalid,
    units: { average: need.average.units, p95: need.p95.units, peak: need.peak.units },
    storage: categoryStorage(key, input, perMonth),
    lastSeen: isoText(from + Math.max(0, last) * MINUTE),
  };
}

function ledgerProof({ categories, partitions }: Measures, messages: number): LedgerProof {
  const sum = emptyTally();
  for (const { sums } of categories.values()) addTally(sum, sums);
  const [deadLettered, excluded] = [deadLetteredOf(sum), excludedOf(sum)];
  return {
    messages,
    records: sum.records,
    archived: sum.archived,
    deadLettered,
    excluded,
    // Figures that are only thought of need not be whole.
    balanced: Math.abs(sum.records - sum.archived - deadLettered - excluded) < 0.5,
    invalid: sum.invalid,
    passedOn: sum.passedOn,
    salvagedMessages: [...partitions.values()].reduce((n, { salvagedMessages }) => n + salvagedMessages, 0),
    deadLettersByReason: plain(sum.deadLettered),
    excludedByRule: plain(sum.excluded),
  };
}

function plain(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, n = 0]) => [name, n]));
}

const MOST_DRIFT = 100;

function driftOf({ categories }: Measures): DriftedField[] {
  return [...categories.values()]
    .flatMap(({ key, sums }) =>
      Object.entries(sums.unseen).map(([pointer, records = 0]) => ({ category: key, pointer, records })),
    )
    .toSorted((a, b) => b.records - a.records)
    .slice(0, MOST_DRIFT);
}
