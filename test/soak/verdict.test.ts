import { expect, test } from 'vitest';
import type { Sample } from '../../scripts/soak/sample.ts';
import { judge } from '../../scripts/soak/verdict.ts';

const MINUTES = 10;
const START = Date.UTC(2026, 10, 20, 10);
const MESSAGES_A_SECOND = 10;

interface Made {
  /** In MB, at a second of the run. */
  readonly rss?: (second: number) => number;
  readonly heapUsed?: (second: number) => number;
  readonly external?: (second: number) => number;
  /** In messages. */
  readonly lag?: (second: number) => number;
  readonly handingOver?: (second: number) => number;
  readonly minutes?: number;
}

/** Garbage that grows for half a minute, and is collected then. */
function sawtooth(level: number, height: number): (second: number) => number {
  return (second) => level + ((second % 30) / 30) * height;
}

/** Some noise that is the same every time. */
function noise(second: number): number {
  return (((second * 7_919) % 101) / 101 - 0.5) * 2;
}

function batches(second: number): number {
  return (second % 5) * MESSAGES_A_SECOND + 20 + 5 * noise(second);
}

function warming(level: number): (second: number) => number {
  return (second) => level * (1 - 0.5 * Math.exp(-second / 40)) + noise(second);
}

/** So many MB, or messages, more with each second. */
function growing(steady: (second: number) => number, perSecond: number): (second: number) => number {
  return (second) => steady(second) + second * perSecond;
}

function series(made: Made = {}): Sample[] {
  const { minutes = MINUTES, lag = batches, handingOver = batches } = made;
  const rss = made.rss ?? ((second) => 200 + 3 * noise(second));
  const heapUsed = made.heapUsed ?? sawtooth(50, 30);
  const external = made.external ?? sawtooth(20, 10);
  return Array.from({ length: minutes * 60 }, (_, second) => ({
    at: START + second * 1_000,
    rss: rss(second) * 1e6,
    heapUsed: heapUsed(second) * 1e6,
    heapTotal: 100e6,
    external: external(second) * 1e6,
    cpu: second * 100,
    loopDelay: { p50: 0, p99: 5, max: 10 },
    load: 2,
    progress: {
      sent: second * MESSAGES_A_SECOND,
      takenIn: second * MESSAGES_A_SECOND - lag(second),
      passedOn: second * MESSAGES_A_SECOND,
      handedOver: second * MESSAGES_A_SECOND - handingOver(second),
    },
  }));
}

function problemsOf(made: Made): readonly string[] {
  const recordsPerSecond = { asked: 200, sent: 199.8 };
  return judge({ samples: series(made), recordsPerSecond, counts: [] }).problems;
}

test('flat: memory goes up and down, batches come and go', () => {
  expect(problemsOf({})).toEqual([]);
});

test('what grows while it warms up, and stays there, is no leak', () => {
  expect(problemsOf({ rss: warming(300), heapUsed: warming(60) })).toEqual([]);
});

test('a burst that is over again is no leak', () => {
  expect(problemsOf({ rss: (second) => (second > 420 && second < 450 ? 400 : 200) + noise(second) })).toEqual(
    [],
  );
});

test.each([
  ['rss', 200],
  ['heapUsed', 50],
  ['external', 20],
] as const)('a leak is found: %s', (kind, level) => {
  const problems = problemsOf({ [kind]: growing(sawtooth(level, 20), 0.06) });

  expect(problems).toEqual([expect.stringContaining(`Memory grows: ${kind} `)]);
  // 0.06 MB a second are 216 an hour; garbage is collected now sooner and now later in a part.
  expect(problems[0]).toMatch(/\(\+(19|2[0-3])\d\.\d an hour, /);
});

test('100 bytes for each of 500 records a second are found in the heap', () => {
  expect(problemsOf({ heapUsed: growing(sawtooth(50, 30), 0.05) })).toEqual([
    expect.stringContaining('Memory grows: heapUsed '),
  ]);
});

test('a lag that grows is found, that of either hub', () => {
  const lagging = growing(batches, 0.5);

  expect(problemsOf({ lag: lagging })).toEqual([expect.stringContaining('The lag grows: ingest ')]);
  expect(problemsOf({ handingOver: lagging })).toEqual([
    expect.stringContaining('The lag grows: categoryFunctions '),
  ]);
});

test('a rate that could not be kept is told, and what the counts say', () => {
  const verdict = judge({
    samples: series(),
    recordsPerSecond: { asked: 200, sent: 150 },
    counts: ['Messages: 300 sent, 299 in the ledger.'],
  });

  expect(verdict.problems).toEqual([
    'Only 150.0 records/s could be sent, where 200 were asked for.',
    'Messages: 300 sent, 299 in the ledger.',
  ]);
});

test('of two minutes, memory and lag say nothing', () => {
  const samples = series({ minutes: 2, rss: (second) => 100 + second, lag: (second) => second * 5 });
  const { memory, lag, problems } = judge({ samples, recordsPerSecond: { asked: 1, sent: 1 }, counts: [] });

  expect({ memory, lag, problems }).toEqual({ memory: undefined, lag: undefined, problems: [] });
});
