import type { Partition } from '../message.ts';
import type { HubFacts } from '../sinks.ts';
import type { Fault, Note, WhyMissing } from './findings.ts';

/** A run as the ledger knows it. */
export interface KnownRun {
  readonly no: number;
  readonly first: number;
  readonly since: number;
  readonly hub?: HubFacts;
  /** Its last number, and when that came in; undefined for an old run of which no row was read. */
  readonly last?: number | undefined;
  readonly lastTime?: number | undefined;
}

type Join = Extract<
  Fault | Note,
  { kind: 'begins' | 'hub-recreated' | 'let-go' | 'messages-missing' | 'messages-doubled' }
>;

/** The runs of one hub, from when it was created until it was deleted. */
interface Life {
  readonly createdOn: number | undefined;
  /** In the order of their numbers. */
  readonly runs: readonly KnownRun[];
}

/**
 * How the runs of a partition join: where its account begins, and what lies between its runs. Sequence numbers are compared within a
 * life of the hub only: one that was deleted and created again begins from 0.
 */
export function joinRuns(partition: Partition, runs: readonly KnownRun[]): Join[] {
  const lives = livesOf(runs.toSorted((a, b) => a.no - b.no));
  return lives.flatMap((life, i) => {
    const before = lives[i - 1];
    const beginning = before ? joinLives(partition, before, life) : begin(partition, life);
    return [...beginning, ...joinsWithin(partition, life)];
  });
}

function livesOf(runs: readonly KnownRun[]): Life[] {
  const lives: Life[] = [];
  for (const run of runs) {
    const life = lives.at(-1);
    if (life && isOfLife(run, life)) {
      const createdOn = life.createdOn ?? run.hub?.createdOn;
      lives[lives.length - 1] = { createdOn, runs: [...life.runs, run] };
    } else {
      lives.push({ createdOn: run.hub?.createdOn, runs: [run] });
    }
  }
  return lives.map(({ createdOn, runs: own }) => ({
    createdOn,
    runs: own.toSorted((a, b) => a.first - b.first),
  }));
}

function isOfLife({ first, hub }: KnownRun, life: Life): boolean {
  if (hub && life.createdOn !== undefined) return hub.createdOn === life.createdOn;
  // Without the hub's word, numbers that go on are taken for the same hub's, and numbers that begin again for another's.
  return first > Math.max(...life.runs.map((run) => run.last ?? run.first));
}

function begin(partition: Partition, { runs: [run] }: Life): Join[] {
  if (!run) return [];
  const { first, since: at, hub } = run;
  return [{ kind: 'begins', partition, first, at, ...(hub && { beginning: hub.beginning }) }];
}

function joinLives(partition: Partition, old: Life, { createdOn, runs: [run] }: Life): Join[] {
  if (!run) return [];
  const { first, since: at, hub } = run;
  const last = old.runs.at(-1)?.last;
  const facts = { ...(last !== undefined && { last }), ...(createdOn !== undefined && { createdOn }) };
  const recreated: Join = { kind: 'hub-recreated', partition, at, ...facts };
  const beginning = hub?.beginning ?? 0;
  if (first <= beginning) return [recreated];
  const why = hub ? 'skipped' : 'not-known';
  return [recreated, missing(partition, [beginning, first - 1], [at, at], why)];
}

function joinsWithin(partition: Partition, { runs }: Life): Join[] {
  return runs.flatMap((run, i) => {
    const before = runs[i - 1];
    if (before?.last === undefined) return [];
    // The greatest, since a run can lie within another that counts some of the same numbers.
    const last = Math.max(...runs.slice(0, i).map((each) => each.last ?? each.first));
    const times = [Math.min(before.lastTime ?? before.since, run.since), run.since] as const;
    return joinsBetween(partition, last, run, times);
  });
}

type Pair = readonly [number, number];

function joinsBetween(partition: Partition, last: number, run: KnownRun, times: Pair): Join[] {
  if (run.first <= last) {
    const end = Math.min(last, run.last ?? run.first);
    return [
      {
        kind: 'messages-doubled',
        partition,
        first: run.first,
        last: end,
        messages: end - run.first + 1,
        times,
      },
    ];
  }
  const [first, end] = [last + 1, run.first - 1];
  if (first > end) return [];
  if (!run.hub) return [missing(partition, [first, end], times, 'not-known')];
  // What the hub did not hold any more when the run began, and what it did.
  const held = Math.min(Math.max(run.hub.beginning, first), run.first);
  const joins: Join[] = [];
  if (held > first)
    joins.push({ kind: 'let-go', partition, first, last: held - 1, messages: held - first, times });
  if (held <= end) joins.push(missing(partition, [held, end], times, 'skipped'));
  return joins;
}

function missing(partition: Partition, [first, last]: Pair, times: Pair, why: WhyMissing): Join {
  return { kind: 'messages-missing', partition, first, last, messages: last - first + 1, times, why };
}
