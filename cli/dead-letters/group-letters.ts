import { HOUR, startOf } from '../../shared/time.ts';
import { excerptOf } from './excerpt.ts';
import { categoryOfLetter } from './letter.ts';
import type { Letter } from './letter.ts';

/** Dead letters that are alike: of one reason and category, or that one function failed on. */
export interface Group {
  readonly reason: string;
  readonly category: string;
  readonly handler: string | undefined;
  letters: number;
  /** Of the raw bytes. */
  bytes: number;
  /** Of those, how many come of a replay: they were sent again once, and failed again. */
  replays: number;
  /** Enqueued times, in milliseconds. */
  first: number;
  last: number;
  /** By the start of the hour. */
  readonly hours: Map<number, number>;
  /** What does not fit the schema: in how many letters each, within a bound. */
  readonly problems: Map<string, number>;
  readonly example: Example;
}

export interface Example {
  readonly id: string;
  readonly detail: string;
  /** With their JSON pointers. */
  readonly problems: readonly string[];
  readonly offset: number;
  readonly excerpt: string;
}

/** Data decides how many kinds of problems there are. */
const MOST_PROBLEMS = 1_000;
const LONGEST_PROBLEM = 200;
const LONGEST_DETAIL = 1_000;
const MOST_PROBLEMS_OF_AN_EXAMPLE = 10;

export interface Groups {
  readonly add: (letter: Letter) => void;
  /** The largest first. */
  readonly all: () => Group[];
}

export function createGroups(): Groups {
  const groups = new Map<string, Group>();

  function add(letter: Letter): void {
    const { reason, handler, bytes, replayOf } = letter;
    const { enqueuedTime } = letter.origin;
    const category = categoryOfLetter(letter);
    const key = JSON.stringify([reason, category, handler]);
    const group = groups.get(key) ?? newGroup(letter, category);
    groups.set(key, group);
    group.letters++;
    group.bytes += bytes.length;
    if (replayOf !== undefined) group.replays++;
    group.first = Math.min(group.first, enqueuedTime);
    group.last = Math.max(group.last, enqueuedTime);
    const hour = startOf(HOUR, enqueuedTime);
    group.hours.set(hour, (group.hours.get(hour) ?? 0) + 1);
    for (const problem of new Set(problemsOf(letter))) {
      const before = group.problems.get(problem) ?? 0;
      if (before > 0 || group.problems.size < MOST_PROBLEMS) group.problems.set(problem, before + 1);
    }
  }

  return {
    add,
    all: () => [...groups.values()].toSorted((a, b) => b.letters - a.letters || a.first - b.first),
  };
}

function newGroup(letter: Letter, category: string): Group {
  const { reason, handler, origin, id, detail, offset } = letter;
  const problems = problemsOf(letter).slice(0, MOST_PROBLEMS_OF_AN_EXAMPLE);
  return {
    reason,
    category,
    handler,
    letters: 0,
    bytes: 0,
    replays: 0,
    first: origin.enqueuedTime,
    last: origin.enqueuedTime,
    hours: new Map(),
    problems: new Map(),
    example: { id, detail: detail.slice(0, LONGEST_DETAIL), problems, offset, excerpt: excerptOf(letter) },
  };
}

/** The members of a list are alike in what does not fit: `/records/3/a` and `/records/4/a` are one kind. */
function problemsOf({ problems }: Letter): string[] {
  return problems.map(({ pointer, message }) =>
    `${pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*') || '/'} ${message}`.slice(0, LONGEST_PROBLEM),
  );
}
