import { recordsFlow, sourceFlow, totalFlow } from './hub-flows.ts';
import type { HubFlow } from './hub-flows.ts';
import type { CapacityInput, DayLoad } from './input.ts';
import { TIERS } from './limits.ts';
import { sumOfFlows } from './measures.ts';
import type { Flow } from './measures.ts';
import { LAST_DAYS } from './per-month.ts';
import type { PerMonth } from './per-month.ts';
import { loadOf, rateOf, totalOf } from './rates.ts';
import type { HubReport, NamespaceReport, PartitionNeed, TierOption, UnitLoad } from './report.ts';
import { tierOptions } from './tiers.ts';
import { greaterLoad, unitLoadOf, unitNeedOf, wholeUnits } from './units.ts';
import type { Read } from './units.ts';

/** A namespace, its hubs, and what they are reckoned by on other days than the window's. */
export interface Namespace {
  readonly name: string;
  readonly flows: readonly HubFlow[];
  /** What it needs when so much comes into the source hubs that it depends on, per second. */
  readonly loadAt: LoadAt;
  /** Of its hubs each, at the same. */
  readonly loadOfFlow: readonly LoadAt[];
  /** Of those source hubs, in the summaries of days. */
  readonly driver: string;
}

type LoadAt = (bytes: number, messages: number) => UnitLoad;

export function namespacesOf(input: CapacityInput): Namespace[] {
  const flows = [
    ...input.sourceHubs.map((facts) => sourceFlow(facts, input.measures)),
    ...input.recordsHubs.map((facts) => recordsFlow(facts, input)),
  ];
  const byName = Map.groupBy(flows, ({ facts }) => facts.namespace);
  return [...byName].map(([name, own]) => namespaceOf(name, own, input));
}

function namespaceOf(name: string, flows: readonly HubFlow[], { measures }: CapacityInput): Namespace {
  const sources = flows.filter(({ role }) => role === 'source');
  // One that holds records hubs alone depends on whatever comes in anywhere.
  const driver = sources.length > 0 ? `namespace:${name}` : 'total';
  const driven = sources.length > 0 ? sumOfFlows(sources, measures.minutes) : totalFlow(measures);
  return {
    name,
    flows,
    driver,
    loadAt: scale(flows.map(readOf), driven),
    loadOfFlow: flows.map((flow) => scale([readOf(flow)], driven)),
  };
}

export function readOf(flow: HubFlow): Read {
  return { flow, consumerGroups: flow.facts.consumerGroups };
}

function groupsOf({ consumerGroups }: Read): number {
  return consumerGroups;
}

/** In proportion to the window. Without anything in the window, what comes in is all there is. */
function scale(reads: readonly Read[], driver: Flow): LoadAt {
  const share = (of: 'bytes' | 'messages', times: (read: Read) => number): number => {
    const total = totalOf(driver[of]);
    const parts = reads.map((read) => times(read) * (total > 0 ? totalOf(read.flow[of]) / total : 1));
    return parts.reduce((sum, part) => sum + part, 0);
  };
  const shares = {
    bytesIn: share('bytes', () => 1),
    bytesOut: share('bytes', groupsOf),
    messagesIn: share('messages', () => 1),
    messagesOut: share('messages', groupsOf),
  };
  return (bytes, messages) =>
    unitLoadOf({
      'ingress-bytes': bytes * shares.bytesIn,
      'ingress-events': messages * shares.messagesIn,
      'egress-bytes': bytes * shares.bytesOut,
      'egress-events': messages * shares.messagesOut,
    });
}

export function namespaceReport(
  { name, flows, driver, loadAt }: Namespace,
  input: CapacityInput,
  perMonth: PerMonth,
): NamespaceReport {
  const { measures, days, prices } = input;
  const need = unitNeedOf(flows.map(readOf), measures.minutes);
  const recent = days.slice(-LAST_DAYS).flatMap(({ loads }) => loads[driver] ?? []);
  const sizing = sizingOf(need.peak, recent, loadAt);
  const hubs = flows.map((flow) => hubReport(flow, input, perMonth));
  const billedEventsPerMonth = hubs.reduce((sum, hub) => sum + hub.billedEventsPerMonth, 0);
  const { options, cheapest } = tierOptions({ load: sizing.load, hubs, billedEventsPerMonth, prices });
  const asked = options.find(({ tier }) => tier === input.tier);
  const provisioned = input.planOf(name) ?? null;
  const { messages } = sumOfFlows(flows, measures.minutes);
  return {
    name,
    hubs,
    need,
    sizing,
    provisioned,
    used: provisioned ? usedOf(sizing.load, provisioned) : null,
    tiers: options,
    recommended: (asked ?? cheapest).tier,
    because: asked ? 'It was asked for.' : because(cheapest, sizing),
    billedEventsPerMonth,
    messagesPerFiveMinutes: {
      average: rateOf(messages, measures.from).average * FIVE_MINUTES,
      peak: rateOf(messages, measures.from).peak * FIVE_MINUTES,
    },
  };
}

const FIVE_MINUTES = 300;

function sizingOf(window: UnitLoad, days: readonly DayLoad[], loadAt: LoadAt): NamespaceReport['sizing'] {
  const load = days
    .map(({ peakBytes, peakMessages }) => loadAt(peakBytes, peakMessages))
    .reduce(greaterLoad, window);
  return { load, basis: load.units > window.units ? 'days' : 'window' };
}

/** Of what is provisioned, as a share. */
export function usedOf(load: UnitLoad, { tier, units }: NonNullable<NamespaceReport['provisioned']>): number {
  const { isPromised, unitsEach } = TIERS[tier];
  const needed = isPromised ? load.units : Math.max(load.ingressBytes, load.egressBytes) / unitsEach;
  return needed / units;
}

function because({ tier, units, fits }: TierOption, { load, basis }: NamespaceReport['sizing']): string {
  const { title, unit } = TIERS[tier];
  const peak = basis === 'days' ? 'the peak of the last days' : 'the peak of the window';
  if (!fits) return `No tier takes ${peak} in one namespace: spread the hubs over several.`;
  return `The cheapest that fits: ${units} ${unit} of ${title} for ${peak}, where ${load.binding} binds.`;
}

function hubReport(flow: HubFlow, { measures }: CapacityInput, perMonth: PerMonth): HubReport {
  const { facts, role } = flow;
  const need = unitNeedOf([readOf(flow)], measures.minutes);
  return {
    name: facts.hub,
    role,
    basis: role === 'source' ? 'measured' : 'estimated',
    load: loadOf(flow, measures.from),
    consumerGroups: facts.consumerGroups,
    retentionHours: facts.retentionHours,
    partitions: partitionNeed(flow, need.peak, measures.minutes),
    need,
    billedEventsPerMonth: perMonth.slicesOf(flow),
  };
}

/** A partition takes as much as a unit does. */
function partitionNeed(flow: HubFlow, peak: UnitLoad, minutes: number): PartitionNeed {
  const used = flow.ofPartitions.map((partition) => {
    const read = { flow: partition, consumerGroups: flow.facts.consumerGroups };
    return { id: partition.partition.id, used: unitNeedOf([read], minutes).peak.units };
  });
  const [first, ...others] = used;
  return {
    count: flow.facts.partitions ?? null,
    needed: wholeUnits(peak.units),
    busiest: first ? others.reduce((a, b) => (b.used > a.used ? b : a), first) : null,
  };
}
