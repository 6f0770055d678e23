import { cpus } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import colors from 'picocolors';
import { count, megabytes, number, seconds } from '../../cli/format.ts';
import { plainTable } from '../../cli/plain-table.ts';
import { percentile } from './percentile.ts';
import { lagOf } from './sample.ts';
import type { Percentiles, Sample } from './sample.ts';
import type { Sent } from './traffic.ts';
import type { SoakResult } from './run-soak.ts';
import { inMegabytes, inMessages, LEAST_MS } from './verdict.ts';
import type { Verdict } from './verdict.ts';

const MOST_PROBLEMS = 20;

export function describeProgress(sample: Sample, sent: Sent | undefined): string {
  const { ingest, categoryFunctions } = lagOf(sample);
  return [
    seconds(sent?.elapsedMs ?? 0),
    `${number(sent?.records ?? 0)} records sent`,
    `${megabytes(sample.rss)} resident`,
    `${megabytes(sample.heapUsed)} heap`,
    `lag ${number(ingest)} + ${number(categoryFunctions)}`,
    `load ${sample.load.toFixed(1)}`,
  ].join(' · ');
}

/** For a terminal. */
export function describeSoak(result: SoakResult): string {
  return [stretchTable(result), describeTraffic(result), ...describeVerdict(result)].join('\n');
}

/** The same without colours. */
export function plainSoak(result: SoakResult): string {
  return stripVTControlCharacters(describeSoak(result));
}

function stretchTable({ stretches, samples }: SoakResult): string {
  const begin = stretches[0]?.from ?? 0;
  const rows = stretches.map(({ from, to, messages, archived, passedOn }) => {
    const own = samples.filter(({ at }) => at >= from && at < to);
    const at = (percent: number, of: (sample: Sample) => number, per = 1): string =>
      figure(percentile(own.map(of), percent), per);
    return [
      figure(to - begin, 1e3),
      number(messages),
      ...[archived, passedOn].map(slashed),
      at(50, ({ rss }) => rss, 1e6),
      at(0, ({ heapUsed }) => heapUsed, 1e6),
      at(50, ({ external }) => external, 1e6),
      `${at(50, ({ loopDelay }) => loopDelay.p99)} / ${at(100, ({ loopDelay }) => loopDelay.max)}`,
      at(100, (sample) => lagOf(sample).ingest),
    ];
  });
  return plainTable({ headings: HEADINGS, words: 0, rows });
}

/** Latencies are at p50, p95 and p99, the loop's at p99 and at most; memory is the median, but of the heap the least. */
const HEADINGS = [
  'until, s',
  'messages',
  'archived after, ms',
  'passed on after, ms',
  'resident, MB',
  'heap',
  'external',
  'loop late, ms',
  'most lag',
];

function slashed({ p50, p95, p99 }: Percentiles): string {
  return [p50, p95, p99].map((n) => figure(n)).join(' / ');
}

function figure(n: number | undefined, per = 1): string {
  return n === undefined ? '' : (n / per).toFixed(per === 1e6 ? 1 : 0);
}

function describeTraffic({ traffic, samples, latencies, drainedMs, options }: SoakResult): string {
  const { messages, records, bytes, elapsedMs } = traffic;
  const perSecond = (n: number): number => (n / elapsedMs) * 1_000;
  const [first, last] = [samples[0], samples.at(-1)];
  const cpu = first && last ? (last.cpu - first.cpu) / (last.at - first.at) : 0;
  const loads = samples.map(({ load }) => load);
  return [
    `${count(messages, 'message')} with ${count(records, 'record')} (${megabytes(bytes)}) in ${seconds(elapsedMs)}: ` +
      `${number(perSecond(records))} records/s, ${megabytes(perSecond(bytes))}/s. The rest was taken in ${seconds(drainedMs)} after the last.`,
    `Archived after ${latency(latencies.archived)}; passed on after ${latency(latencies.passedOn)}. ` +
      `A batch waits for ${options.waitSeconds} s at most.`,
    `The app took ${cpu.toFixed(2)} cores, ${((cpu * 1e6) / Math.max(1, perSecond(records))).toFixed(0)} µs a record; ` +
      `the load of the machine (${count(cpus().length, 'core')}) was ${percentile(loads, 50)?.toFixed(1)} at the median, ${percentile(loads, 100)?.toFixed(1)} at most.`,
  ].join('\n');
}

function latency({ p50, p95, p99 }: Percentiles): string {
  return `${figure(p50)} ms at the median, ${figure(p95)} at p95, ${figure(p99)} at p99`;
}

function describeVerdict({ verdict, counts }: SoakResult): string[] {
  const { problems } = verdict;
  const rest = problems.length - MOST_PROBLEMS;
  const lines = rises(verdict);
  if (problems.length === 0)
    return [
      ...lines,
      `${colors.green('✔')} ${colors.bold(verdict.memory ? 'Memory is flat, the lag does not grow, and the counts agree' : 'The counts agree')}: ` +
        `${number(counts.archived)} archived, ${count(counts.deadLettered, 'dead letter')}, ${number(counts.passedOn)} passed on.`,
    ];
  return [
    ...lines,
    `${colors.red('✘')} ${colors.bold('Not as it should be:')}`,
    ...problems.slice(0, MOST_PROBLEMS).map((problem) => `  - ${problem}`),
    ...(rest > 0 ? [`  and ${number(rest)} more`] : []),
  ];
}

function rises({ memory, lag }: Verdict): string[] {
  if (!memory || !lag)
    return [`Memory and lag are not judged: that takes ${LEAST_MS / 60_000} minutes at least.`];
  return [
    `Resident: ${inMegabytes(memory.rss)}.`,
    `Heap:     ${inMegabytes(memory.heapUsed)}.`,
    `External: ${inMegabytes(memory.external)}.`,
    `Lag of the source hub:  ${inMessages(lag.ingest)}.`,
    `Lag of the records hub: ${inMessages(lag.categoryFunctions)}.`,
  ];
}
