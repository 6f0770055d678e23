import type { Vitals } from '../../local/host/vitals.ts';
import type { DrainProgress } from '../../local/stack.ts';
import { percentile } from './percentile.ts';
import type { Journey } from './latencies.ts';

/** How it was at one moment. */
export interface Sample extends Vitals {
  readonly progress: DrainProgress;
  /** Of the machine, over the last minute: what else runs on it slows the app down. */
  readonly load: number;
}

/** Messages that the app has not finished with. */
export function lagOf({ progress: { sent, takenIn, passedOn, handedOver } }: Sample) {
  return { ingest: sent - takenIn, categoryFunctions: passedOn - handedOver };
}

export interface Percentiles {
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
}

/** Of the messages that came in meanwhile, in milliseconds since the source hub had them. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly messages: number;
  readonly archived: Percentiles;
  readonly passedOn: Percentiles;
}

export const STRETCHES = 10;

/** Equally long, one after the other. */
export function stretchesOf(journeys: readonly Journey[], from: number, to: number): Stretch[] {
  const length = (to - from) / STRETCHES;
  return Array.from({ length: STRETCHES }, (_, i) => {
    const [begin, end] = [from + i * length, from + (i + 1) * length];
    const isLast = i === STRETCHES - 1;
    const own = journeys.filter(({ enqueued }) => enqueued >= begin && (enqueued < end || isLast));
    return { from: begin, to: end, messages: own.length, ...latenciesOf(own) };
  });
}

export function latenciesOf(journeys: readonly Journey[]): Pick<Stretch, 'archived' | 'passedOn'> {
  const since = (station: 'archived' | 'passedOn'): number[] =>
    journeys.flatMap(({ enqueued, [station]: at }) => (at === undefined ? [] : [at - enqueued]));
  return { archived: percentilesOf(since('archived')), passedOn: percentilesOf(since('passedOn')) };
}

function percentilesOf(figures: readonly number[]): Percentiles {
  return { p50: percentile(figures, 50), p95: percentile(figures, 95), p99: percentile(figures, 99) };
}
