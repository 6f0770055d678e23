import type { CapacityInput } from './input.ts';
import { GB, TIERS } from './limits.ts';
import { costOfBytes, costOfCount } from './pricing.ts';
import type {
  CategoryReport,
  CategoryStorage,
  CostItem,
  CostReport,
  NamespaceReport,
  StorageReport,
  TierName,
} from './report.ts';
import { gbMonthOf, keptOf, STORAGE_TIERS } from './storage.ts';
import type { Kept } from './storage.ts';
import { monthlyOf } from './tiers.ts';

/** Flex Consumption's: its instances have so much memory unless set otherwise, and an execution is billed as a second at least. */
const INSTANCE_GB = 2;
const LEAST_SECONDS = 1;

export function costReport(
  namespaces: readonly NamespaceReport[],
  categories: readonly CategoryReport[],
  storage: StorageReport,
  input: CapacityInput,
): CostReport {
  const items = [
    ...namespaces.flatMap((namespace) => eventHubsItems(namespace, input)),
    ...storageItems(categories, storage, input),
    ...functionItems(storage, input),
  ].filter(({ monthly }) => monthly > 0);
  const bySize = items.toSorted((a, b) => b.monthly - a.monthly);
  return {
    items: bySize,
    total: items.reduce((sum, { monthly }) => sum + monthly, 0),
    largest: bySize.slice(0, 3).map(({ name }) => name),
  };
}

/** Of the plan that is paid for; of the one recommended where that is not known. */
function eventHubsItems(
  { name, hubs, tiers, provisioned, recommended, billedEventsPerMonth }: NamespaceReport,
  { prices, tier: asked }: CapacityInput,
): CostItem[] {
  const tier: TierName = asked ?? provisioned?.tier ?? recommended;
  const needed = tiers.find((option) => option.tier === tier)?.units ?? 1;
  const units = asked === undefined && provisioned ? provisioned.units : needed;
  const load = tiers[0] && hubs[0]?.need.peak;
  if (!load) return [];
  const monthly = monthlyOf(tier, units, { load, hubs, billedEventsPerMonth, prices });
  const { title, unit } = TIERS[tier];
  const hourly = prices.eventHubs[`${tier}UnitHour`];
  return [
    {
      name: `Event Hubs units (${name}, ${title})`,
      monthly: monthly.units,
      detail: `${units} ${unit} x 730 hours x ${hourly}`,
    },
    {
      name: `Event Hubs events (${name})`,
      monthly: monthly.events,
      detail: `${millions(billedEventsPerMonth)} of 64 KB x ${prices.eventHubs.millionEvents}`,
    },
    {
      name: `Event Hubs storage (${name})`,
      monthly: monthly.storage,
      detail: 'what the hubs keep beyond what is included',
    },
  ];
}

function storageItems(
  categories: readonly CategoryReport[],
  { writesPerMonth, tableTransactionsPerMonth }: StorageReport,
  { prices: { storage } }: CapacityInput,
): CostItem[] {
  return [
    ...STORAGE_TIERS.map((tier) => {
      const bytes = categories.reduce((sum, { storage: own }) => sum + steadyOf(own)[tier], 0);
      return {
        name: `Archive, ${tier.toLowerCase()} tier`,
        monthly: costOfBytes(bytes, gbMonthOf(tier, storage)),
        detail: `${gigabytes(bytes)} at steady state x ${gbMonthOf(tier, storage)}`,
      };
    }),
    {
      name: 'Blob writes',
      monthly: costOfCount(writesPerMonth, storage.hotWrites10k, 1e4),
      detail: `${millions(writesPerMonth)} x ${storage.hotWrites10k} per 10,000`,
    },
    {
      name: 'Ledger transactions',
      monthly: costOfCount(tableTransactionsPerMonth, storage.tableTransactions10k, 1e4),
      detail: `${millions(tableTransactionsPerMonth)} x ${storage.tableTransactions10k} per 10,000`,
    },
  ];
}

function steadyOf(storage: CategoryStorage): Kept {
  const { coolAfterDays: Cool, coldAfterDays: Cold, archiveAfterDays: Archive } = storage;
  const steps = (['Cool', 'Cold', 'Archive'] as const).flatMap((tier) => {
    const days = { Cool, Cold, Archive }[tier];
    return days === null ? [] : [{ tier, days }];
  });
  return keptOf({ ...storage, steps });
}

function functionItems(
  { executionsPerMonth }: StorageReport,
  { prices: { functions } }: CapacityInput,
): CostItem[] {
  const executions = Math.max(0, executionsPerMonth - functions.freeExecutions);
  const gbSeconds = executionsPerMonth * LEAST_SECONDS * INSTANCE_GB;
  return [
    {
      name: 'Function executions',
      monthly: costOfCount(executions, functions.millionExecutions, 1e6),
      detail: `${millions(executionsPerMonth)}, less those that are free, x ${functions.millionExecutions} per million`,
    },
    {
      name: 'Function time',
      monthly: Math.max(0, gbSeconds - functions.freeGbSeconds) * functions.gbSecond,
      detail: `${millions(gbSeconds)} GB-s at a second each, less those that are free, x ${functions.gbSecond}`,
    },
  ];
}

function millions(n: number): string {
  return `${(n / 1e6).toFixed(n < 1e8 ? 2 : 0)} million`;
}

function gigabytes(bytes: number): string {
  const gb = bytes / GB;
  return `${gb < 10 ? gb.toFixed(2) : Math.round(gb).toLocaleString('en-US')} GB`;
}
