import { median, trendOf } from '../../shared/capacity/trend.ts';
import { lagOf } from './sample.ts';
import type { Sample } from './sample.ts';

/** The first third is warm-up: code is compiled, caches and the heap find their size. */
const WARM_UP = 1 / 3;

/** What is left is cut into so many parts. Fewer than 15, since from there on `trendOf` compares equal days of a week. */
const PARTS = 12;

/** In less time, the heap has hardly been collected twice. */
export const LEAST_MS = 3 * 60_000;

/** What a level may rise by from the second third to the last: a share of it, and so much at least. */
const MEMORY_SHARE = 0.05;
const LEAST_MEMORY = 4e6;
const LAG_SHARE = 0.25;
/** A batch more or less may just be on its way: as much as comes in so many seconds. */
const LAG_SECONDS = 2;

/** Of the rate that was asked for, so much must have been sent. */
const RATE_SHARE = 0.95;

export interface Rise {
  /** By Theil and Sen, with its band of 90%. */
  readonly perHour: number;
  readonly perHourBand: readonly [number, number];
  /** Medians. */
  readonly secondThird: number;
  readonly lastThird: number;
  readonly tolerance: number;
  /** Surely up, and by more than is tolerated. */
  readonly grows: boolean;
}

export const MEMORY = ['rss', 'heapUsed', 'external'] as const;

export interface Verdict {
  /** Undefined where it was too short to tell. */
  readonly memory: Readonly<Record<(typeof MEMORY)[number], Rise>> | undefined;
  readonly lag: Readonly<Record<keyof ReturnType<typeof lagOf>, Rise>> | undefined;
  /** Why it is not good: a sentence each. */
  readonly problems: readonly string[];
}

export interface Evidence {
  /** While messages were sent. */
  readonly samples: readonly Sample[];
  readonly recordsPerSecond: { readonly asked: number; readonly sent: number };
  /** Of what was read back against what was sent. */
  readonly counts: readonly string[];
}

export function judge({ samples, recordsPerSecond: { asked, sent }, counts }: Evidence): Verdict {
  const isLong = lengthOf(samples) >= LEAST_MS;
  const memory = isLong ? memoryOf(samples) : undefined;
  const lag = isLong ? lagRises(samples) : undefined;
  const tooSlow = sent < asked * RATE_SHARE;
  return {
    memory,
    lag,
    problems: [
      ...(tooSlow ? [`Only ${sent.toFixed(1)} records/s could be sent, where ${asked} were asked for.`] : []),
      ...growing(memory, (kind, rise) => `Memory grows: ${kind} ${inMegabytes(rise)}.`),
      ...growing(lag, (kind, rise) => `The lag grows: ${kind} ${inMessages(rise)}.`),
      ...counts,
    ],
  };
}

function lengthOf(samples: readonly Sample[]): number {
  return (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
}

/** By its lower envelope: what is left when garbage has just been collected. */
function memoryOf(samples: readonly Sample[]): Verdict['memory'] {
  const rise = (kind: (typeof MEMORY)[number]): Rise => {
    const points = pointsOf(samples, (sample) => sample[kind]);
    return riseOf(points, (part) => Math.min(...part), {
      share: MEMORY_SHARE,
      least: LEAST_MEMORY,
    });
  };
  return { rss: rise('rss'), heapUsed: rise('heapUsed'), external: rise('external') };
}

function lagRises(samples: readonly Sample[]): Verdict['lag'] {
  const rise = (kind: keyof ReturnType<typeof lagOf>, arrived: (sample: Sample) => number): Rise => {
    const [first, last] = [samples[0], samples.at(-1)];
    const perSecond = first && last ? ((arrived(last) - arrived(first)) / lengthOf(samples)) * 1_000 : 0;
    const points = pointsOf(samples, (sample) => lagOf(sample)[kind]);
    return riseOf(points, median, { share: LAG_SHARE, least: perSecond * LAG_SECONDS });
  };
  return {
    ingest: rise('ingest', ({ progress }) => progress.sent),
    categoryFunctions: rise('categoryFunctions', ({ progress }) => progress.passedOn),
  };
}

interface Point {
  readonly at: number;
  readonly figure: number;
}

function pointsOf(samples: readonly Sample[], figureOf: (sample: Sample) => number): Point[] {
  return samples.map((sample) => ({ at: sample.at, figure: figureOf(sample) }));
}

function riseOf(
  points: readonly Point[],
  levelOf: (figures: readonly number[]) => number,
  allowed: { readonly share: number; readonly least: number },
): Rise {
  const [from, to] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const warm = from + (to - from) * WARM_UP;
  const partMs = (to - warm) / PARTS;
  const parts = Map.groupBy(
    points.filter(({ at }) => at >= warm),
    ({ at }) => Math.min(PARTS - 1, Math.floor((at - warm) / partMs)),
  );
  const levels = [...parts]
    .toSorted(([a], [b]) => a - b)
    .map(([, own]) => levelOf(own.map(({ figure }) => figure)));
  const line = trendOf(levels);
  if (!line) throw new RangeError(`Of ${points.length} samples, no slope can be told.`);
  const perHour = 3_600_000 / partMs;
  const secondThird = median(levels.slice(0, levels.length / 2));
  const lastThird = median(levels.slice(levels.length / 2));
  const tolerance = Math.max(allowed.share * secondThird, allowed.least);
  const [low, high] = line.perDayBand;
  return {
    perHour: line.perDay * perHour,
    perHourBand: [low * perHour, high * perHour],
    secondThird,
    lastThird,
    tolerance,
    grows: low > 0 && lastThird - secondThird > tolerance,
  };
}

function growing<K extends string>(
  rises: Readonly<Record<K, Rise>> | undefined,
  say: (kind: K, rise: Rise) => string,
): string[] {
  const all = Object.entries(rises ?? {}) as [K, Rise][];
  return all.filter(([, { grows }]) => grows).map(([kind, rise]) => say(kind, rise));
}

export function inMegabytes(rise: Rise): string {
  return describeRise(rise, 'MB', 1e6);
}

export function inMessages(rise: Rise): string {
  return describeRise(rise, 'messages', 1);
}

/** `101.2 MB, then 101.9 MB (+3.1 MB an hour, -1.0 to 8.2; tolerated up to 106.2 MB)` */
function describeRise(rise: Rise, unit: string, per: number): string {
  const figure = (n: number): string => (n / per).toFixed(1);
  const signed = (n: number): string => `${n < 0 ? '' : '+'}${figure(n)}`;
  const { secondThird, lastThird, perHour, perHourBand, tolerance } = rise;
  const band = perHourBand.map(signed).join(' to ');
  return (
    `${figure(secondThird)} ${unit} in the second third, ${figure(lastThird)} in the last ` +
    `(${signed(perHour)} an hour, ${band}; tolerated up to ${figure(secondThird + tolerance)})`
  );
}
