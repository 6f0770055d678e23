import { UNIT } from './limits.ts';
import { sumOf } from './measures.ts';
import type { Flow } from './measures.ts';
import { rateOf } from './rates.ts';
import type { Limit, UnitLoad, UnitNeed } from './report.ts';

/** What comes into a hub, and how often it is read. */
export interface Read {
  readonly flow: Flow;
  readonly consumerGroups: number;
}

/** Per second, of all hubs together. */
export type Throughput = Readonly<Record<Limit, number>>;

const LIMITS: Readonly<Record<Limit, number>> = {
  'ingress-bytes': UNIT.ingressBytes,
  'ingress-events': UNIT.ingressEvents,
  'egress-bytes': UNIT.egressBytes,
  'egress-events': UNIT.egressEvents,
};
export const LIMIT_NAMES = Object.keys(LIMITS) as Limit[];

/** Where a load has the units of each limit. */
export const UNITS_OF = {
  'ingress-bytes': 'ingressBytes',
  'ingress-events': 'ingressEvents',
  'egress-bytes': 'egressBytes',
  'egress-events': 'egressEvents',
} as const satisfies Record<Limit, keyof UnitLoad>;

/** In throughput units: each limit by itself, then the greatest. The first of equals binds. */
export function unitLoadOf(throughput: Throughput): UnitLoad {
  const units = LIMIT_NAMES.map((limit) => throughput[limit] / LIMITS[limit]);
  const most = Math.max(...units);
  const [ingressBytes = 0, ingressEvents = 0, egressBytes = 0, egressEvents = 0] = units;
  const binding = LIMIT_NAMES[units.indexOf(most)] ?? 'ingress-bytes';
  return { ingressBytes, ingressEvents, egressBytes, egressEvents, units: most, binding };
}

/** In a minute, everything comes in once and goes out once for each consumer group. */
export function unitNeedOf(reads: readonly Read[], minutes: number): UnitNeed {
  const flows = reads.map(({ flow }) => flow);
  const groups = reads.map(({ consumerGroups }) => consumerGroups);
  const bytes = flows.map((flow) => flow.bytes);
  const messages = flows.map((flow) => flow.messages);
  const rates = {
    'ingress-bytes': rateOf(sumOf(bytes, minutes), 0),
    'ingress-events': rateOf(sumOf(messages, minutes), 0),
    'egress-bytes': rateOf(sumOf(bytes, minutes, groups), 0),
    'egress-events': rateOf(sumOf(messages, minutes, groups), 0),
  };
  const at = (of: 'average' | 'p95' | 'peak') =>
    unitLoadOf({
      'ingress-bytes': rates['ingress-bytes'][of],
      'ingress-events': rates['ingress-events'][of],
      'egress-bytes': rates['egress-bytes'][of],
      'egress-events': rates['egress-events'][of],
    });
  return { average: at('average'), p95: at('p95'), peak: at('peak') };
}

/** Each limit the greater of two. */
export function greaterLoad(a: UnitLoad, b: UnitLoad): UnitLoad {
  return unitLoadOf({
    'ingress-bytes': Math.max(a.ingressBytes, b.ingressBytes) * UNIT.ingressBytes,
    'ingress-events': Math.max(a.ingressEvents, b.ingressEvents) * UNIT.ingressEvents,
    'egress-bytes': Math.max(a.egressBytes, b.egressBytes) * UNIT.egressBytes,
    'egress-events': Math.max(a.egressEvents, b.egressEvents) * UNIT.egressEvents,
  });
}

/** Whole ones, of which there is always one. A rounding error in the last digits asks for none. */
export function wholeUnits(units: number): number {
  return Math.max(1, Math.ceil(units - 1e-9));
}
