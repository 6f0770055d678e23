import { GB, TIER_NAMES, TIERS } from './limits.ts';
import type { TierLimits } from './limits.ts';
import type { Prices } from './prices.ts';
import { costOfBytes, costOfCount, costOfUnits } from './pricing.ts';
import type { HubReport, TierName, TierOption, UnitLoad } from './report.ts';
import { wholeUnits } from './units.ts';

/** What a namespace asks of a tier. */
export interface Asked {
  /** At peak. */
  readonly load: UnitLoad;
  readonly hubs: readonly HubReport[];
  readonly billedEventsPerMonth: number;
  readonly prices: Prices;
}

/**
 * All four, and the cheapest of those that fit. Dedicated is it only where no other fits: how much its units take is not published, and a
 * price that rests on an assumption should win over none.
 */
export function tierOptions(asked: Asked): { readonly options: TierOption[]; readonly cheapest: TierOption } {
  const options = TIER_NAMES.map((tier) => optionFor(tier, asked));
  const fitting = options.filter(({ fits, tier }) => fits && tier !== 'dedicated');
  const [first = options.at(-1), ...others] = fitting;
  if (!first) throw new Error('There are no tiers.');
  const cheapest = others.reduce((a, b) => (b.monthly.total < a.monthly.total ? b : a), first);
  return { options: options.map((option) => withPrice(option, cheapest, asked.prices)), cheapest };
}

function optionFor(tier: TierName, asked: Asked): TierOption {
  const limits = TIERS[tier];
  const units = unitsOf(asked.load, limits);
  const reasons = reasonsAgainst(units, limits, asked);
  return {
    tier,
    fits: reasons.length === 0,
    reasons,
    units,
    unitsAreEstimate: !limits.isPromised,
    maxUnits: limits.maxUnits,
    monthly: monthlyOf(tier, units, asked),
  };
}

/** Premium and Dedicated have no limit of events. */
export function unitsOf(load: UnitLoad, { unitsEach, isPromised, sizes }: TierLimits): number {
  const units = isPromised ? load.units : Math.max(load.ingressBytes, load.egressBytes) / unitsEach;
  const whole = wholeUnits(units);
  return sizes?.find((size) => size >= whole) ?? whole;
}

export function monthlyOf(
  tier: TierName,
  units: number,
  { hubs, billedEventsPerMonth, prices }: Asked,
): TierOption['monthly'] {
  const { includedGb, billsEvents, retentionHours } = TIERS[tier];
  const hourly = prices.eventHubs[`${tier}UnitHour`];
  const kept = hubs.reduce((sum, hub) => sum + keptIn(hub, retentionHours), 0);
  const perGb = billsEvents ? prices.storage.hotGbMonth : prices.eventHubs.retentionGbMonth;
  const cost = {
    units: costOfUnits(units, hourly),
    events: billsEvents ? costOfCount(billedEventsPerMonth, prices.eventHubs.millionEvents, 1e6) : 0,
    storage: costOfBytes(Math.max(0, kept - units * includedGb * GB), perGb),
  };
  return { ...cost, total: cost.units + cost.events + cost.storage };
}

/** Bytes that a hub keeps at any time. */
function keptIn({ load, retentionHours }: HubReport, mostHours: number): number {
  return load.byteRate.average * Math.min(retentionHours, mostHours) * 3_600;
}

function reasonsAgainst(units: number, limits: TierLimits, { hubs, load }: Asked): string[] {
  const { title, unit } = limits;
  const most = (of: (hub: HubReport) => number): number => Math.max(0, ...hubs.map(of));
  return [
    ...check(units, limits.maxUnits, (needed, has) => {
      return `The peak needs ${needed} ${unit} (${load.binding}), and ${title} has at most ${has}.`;
    }),
    ...check(
      most(({ partitions }) => Math.max(partitions.needed, partitions.count ?? 0)),
      limits.partitionsPerHub,
      (needed, has) => `A hub of ${needed} partitions is needed, and ${title} has at most ${has}.`,
    ),
    ...check(
      most(({ consumerGroups }) => consumerGroups),
      limits.consumerGroups,
      (needed, has) => `A hub is read by ${needed} consumer groups, and ${title} has ${has}.`,
    ),
    ...check(
      most(({ retentionHours }) => retentionHours),
      limits.retentionHours,
      (needed, has) => `Events are kept for ${needed} hours, and ${title} keeps them for at most ${has}.`,
    ),
    ...check(
      most(({ load: { messageSizes } }) => messageSizes.max ?? 0),
      limits.maxMessageBytes,
      (needed, has) => `There are messages of ${needed} bytes, and ${title} takes at most ${has}.`,
    ),
    ...check(hubs.length, limits.hubs, (needed, has) => {
      return `There are ${needed} hubs, and a namespace of ${title} holds ${has}.`;
    }),
  ];
}

function check(needed: number, has: number, say: (needed: string, has: string) => string): string[] {
  return needed > has ? [say(grouped(needed), grouped(has))] : [];
}

function withPrice(option: TierOption, cheapest: TierOption, { currency }: Prices): TierOption {
  if (!option.fits || option === cheapest) return option;
  const more = option.monthly.total - cheapest.monthly.total;
  const than = TIERS[cheapest.tier].title;
  const comparison =
    more >= 0
      ? `Costs ${more.toFixed(2)} ${currency} a month more than ${than}.`
      : `${than} fits, and how much a ${TIERS[option.tier].unit} takes is not published.`;
  return { ...option, reasons: [comparison] };
}

function grouped(n: number): string {
  return n.toLocaleString('en-US');
}
