import type { Partition } from '../message.ts';
import { CLOCK_TOLERANCE } from '../ledger/undecided.ts';
import type { PartitionAccount } from './account.ts';
import { touches } from './coverage.ts';
import type { Coverage, CoverageFault } from './coverage.ts';
import type { Finding } from './findings.ts';
import { joinRuns } from './join-runs.ts';
import type { KnownRun } from './join-runs.ts';
import type { HubRange } from './reading.ts';

export interface NumbersAccount extends PartitionAccount {
  /** Minutes from it on have not been read. */
  readonly readTo: number;
  /** The time asked for. */
  readonly from: number;
  readonly to: number;
}

/** Whether every number that came in at the time asked for is accounted for, and once. */
export function judgeNumbers(account: NumbersAccount): Finding[] {
  const { partition, from, to } = account;
  const runs = knownRuns(account);
  const within = runs
    .flatMap((run) => faultsWithin(run, account))
    .map((fault) => toFinding(fault, partition));
  return [...within, ...joinRuns(partition, runs)].filter((finding) =>
    touches('times' in finding ? finding.times : [finding.at, finding.at], from, to),
  );
}

/** With what the rows say of those that the head does not hold any more, or whose own row is gone. */
function knownRuns({ runs, coverage }: NumbersAccount): KnownRun[] {
  const newest = Math.max(0, ...runs.map(({ no }) => no));
  const known = runs.map((run) => ({ ...lastRead(coverage.get(run.no)), ...run }));
  const unknown = [...coverage].flatMap(([no, ofRun]) => {
    // One beyond the newest has begun since the head was read.
    if (!ofRun.first || no > newest || runs.some((run) => run.no === no)) return [];
    return [{ no, first: ofRun.first.first, since: ofRun.first.minTime, ...lastRead(ofRun) }];
  });
  return [...known, ...unknown];
}

function lastRead(coverage: Coverage | undefined): Pick<KnownRun, 'last' | 'lastTime'> {
  return coverage?.last ? { last: coverage.last.last, lastTime: coverage.last.maxTime } : {};
}

/** Numbers of a run that no row counts, or more than one does. */
function faultsWithin(run: KnownRun, { coverage, readFrom, readTo }: NumbersAccount): CoverageFault[] {
  const { since, lastTime } = run;
  const ofRun = coverage.get(run.no);
  const faults = ofRun?.faults() ?? [];
  const miss = (first: number, last: number, times: CoverageFault['times']): void => {
    if (first <= last) faults.push({ kind: 'missing', first, last, messages: last - first + 1, times });
  };
  const readsBeginning = since - CLOCK_TOLERANCE >= readFrom;
  const readsEnd = lastTime !== undefined && lastTime + CLOCK_TOLERANCE < readTo;
  const { first, last } = ofRun ?? {};
  if (first && readsBeginning) miss(run.first, first.first - 1, [since, first.minTime]);
  if (last && readsEnd) miss(last.last + 1, run.last ?? last.last, [last.maxTime, lastTime]);
  if (!ofRun && readsBeginning && readsEnd) miss(run.first, run.last ?? run.first, [since, lastTime]);
  return faults;
}

function toFinding({ kind, ...numbers }: CoverageFault, partition: Partition): NumbersFault {
  return kind === 'doubled'
    ? { kind: 'messages-doubled', partition, ...numbers }
    : { kind: 'messages-missing', partition, ...numbers, why: 'no-row' };
}

type NumbersFault = Extract<Finding, { kind: 'messages-missing' | 'messages-doubled' }>;

/** With what the hub itself says now: how many of the missing numbers it still holds, and what of it has not been read yet. */
export function withHub(
  hub: HubRange,
  { head, partition }: PartitionAccount,
  findings: readonly Finding[],
): Finding[] {
  // What came in before it was created came from another hub of its name.
  const isOfIt = (time: number): boolean => time >= hub.createdOn;
  const held = (first: number, last: number): number =>
    Math.max(0, Math.min(last, hub.last) - Math.max(first, hub.beginning) + 1);

  const told = findings.map((finding) => {
    if (finding.kind !== 'messages-missing') return finding;
    const { first, last, messages, times } = finding;
    return { ...finding, inHub: isOfIt(times[1]) ? Math.min(messages, held(first, last)) : 0 };
  });
  // The hub's clock may have stepped back since, beyond its creation.
  const runs = head.runs.filter((run) => run.hub?.createdOn === hub.createdOn || isOfIt(run.lastTime));
  const lasts = runs.map(({ last }) => last);
  const first = Math.max(hub.beginning, ...lasts.map((last) => last + 1));
  const messages = held(first, hub.last);
  if (messages > 0) told.push({ kind: 'not-read', partition, first, last: hub.last, messages });
  return told;
}
