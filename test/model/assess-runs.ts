import type { Head, MinuteRow, Run } from '../../shared/ledger/ledger-rows.ts';
import type { Decided } from './assess.ts';
import type { HubPartition } from './hub.ts';
import type { ModelMessage } from './messages.ts';
import type { Scenario } from './scenarios.ts';
import type { Problem, World } from './world.ts';

export interface Account {
  readonly world: World;
  readonly hub: HubPartition;
  readonly head: Head;
  readonly minutes: readonly MinuteRow[];
  readonly decided: readonly Decided[];
}

/** The runs are what was decided, without a gap in any of them; and the hub says why something is missing between two. */
export function assessRuns({ world, hub, head, minutes, decided }: Account): Problem[] {
  const problems: Problem[] = [];
  for (const run of head.runs) {
    const counted = minutes.filter((row) => row.run === run.no).reduce((sum, row) => sum + row.messages, 0);
    if (counted !== run.last - run.first + 1)
      problems.push({ kind: 'runs', detail: `${describe(run)} has ${counted} messages` });
  }
  if (mayJoin(world.scenario)) return problems;
  const stretches = stretchesOf(decided.map(({ message }) => message));
  const expected = stretches.map(describe).toSorted();
  const found = (world.scenario.events.letGo === undefined ? head.runs : joined(head.runs, decided))
    .map(describe)
    .toSorted();
  if (found.join() !== expected.join())
    problems.push({ kind: 'runs', detail: `[${found.join()}] and not [${expected.join()}]` });
  return [...problems, ...head.runs.filter((run) => !isExplained(run, stretches, hub)).map(unexplained)];
}

/** What the hub had let go can come late, from an owner that had fetched it before; then there are two runs that join. */
function joined(runs: readonly Run[], decided: readonly Decided[]): Pick<Run, 'first' | 'last'>[] {
  const messages = decided.map(({ message }) => message);
  const covered = runs.flatMap((run) => {
    const begin = messages.find(
      (each) => each.sequenceNumber === run.first && each.enqueuedTime === run.since,
    );
    return messages.filter(
      ({ life, sequenceNumber }) =>
        life === begin?.life && sequenceNumber >= run.first && sequenceNumber <= run.last,
    );
  });
  return stretchesOf(covered);
}

/** The numbers of a new hub that nobody has read from its beginning can continue those of the old one. See docs/testing.md. */
function mayJoin({ checkpointSurvives, events }: Scenario): boolean {
  return checkpointSurvives === true || (events.recreate !== undefined && events.letGo !== undefined);
}

interface Stretch {
  readonly life: number;
  readonly first: number;
  readonly last: number;
  readonly since: number;
}

function stretchesOf(messages: readonly ModelMessage[]): Stretch[] {
  const inOrder = messages.toSorted((a, b) => a.life - b.life || a.sequenceNumber - b.sequenceNumber);
  const stretches: Stretch[] = [];
  for (const { life, sequenceNumber: number, enqueuedTime } of inOrder) {
    const open = stretches.at(-1);
    if (open?.life === life && open.last === number - 1) stretches.splice(-1, 1, { ...open, last: number });
    else stretches.push({ life, first: number, last: number, since: enqueuedTime });
  }
  return stretches;
}

/** What is missing before a run has been let go by the hub, and its own account, where there is one, says so. */
function isExplained(run: Run, stretches: readonly Stretch[], hub: HubPartition): boolean {
  const stretch = stretches.find(({ first, since }) => first === run.first && since === run.since);
  if (!stretch || !run.hub || run.hub.createdOn !== hub.createdOn(stretch.life)) return true;
  return run.hub.beginning >= stretch.first;
}

function unexplained(run: Run): Problem {
  return { kind: 'runs', detail: `${describe(run)}: the hub, it says, began at ${run.hub?.beginning}` };
}

function describe({ first, last }: Pick<Run, 'first' | 'last'>): string {
  return `${first}..${last}`;
}
