import type { Backlog } from '../pass-on/backlog.ts';
import type { KeptApart } from '../kept-apart.ts';
import type { Container } from '../blocks/draft.ts';
import { joinJson, jsonColumns, splitJson } from '../json/row-json.ts';
import type { Entity, EntityValue, HubFacts } from '../sinks.ts';
import type { MinuteTally } from './tally.ts';
import { isoTime } from '../time.ts';

/** A stretch of sequence numbers without a gap. What continues no run begins another. */
export interface Run {
  /** From 1, per source-hub partition. */
  readonly no: number;
  readonly first: number;
  readonly last: number;
  /** Enqueued times, in milliseconds: of the first message, of the last, and the greatest. */
  readonly since: number;
  readonly lastTime: number;
  readonly maxTime: number;
  /** What the hub said of the partition when the run began; absent where it could not be asked. */
  readonly hub?: HubFacts;
}

/** A block that has been decided on: staged, and to be committed by whoever finds the plan. */
export interface PlanBlock {
  readonly container: Container;
  readonly blob: string;
  /** In base64. */
  readonly id: string;
  readonly source: string;
  readonly category: string;
  /** Whether its records go to the second hub. */
  readonly passOn: boolean;
  /** Least and greatest event time of its records, in milliseconds. */
  readonly events?: readonly [number, number];
  /** See `PackedBlock`. */
  readonly origins?: string;
}

export interface Plan {
  readonly id: string;
  readonly blocks: readonly PlanBlock[];
}

/** The row of a source-hub partition that every decision goes through. */
export interface Head {
  /** The newest few. */
  readonly runs: readonly Run[];
  /** The last decision. It stays here until the next one takes its place or a timer closes it. */
  readonly plan: Plan | undefined;
  readonly keptApart: KeptApart;
  readonly backlog?: Backlog | undefined;
}

export interface MinuteRow extends MinuteTally {
  readonly run: number;
}

export const HEAD_KEY = 'head';

/** Sorts by time: `minute-2026-11-20T10:11-0001`. */
export function minuteKey(minute: number, run: number): string {
  return `minute-${isoTime(minute).slice(0, 16)}-${String(run).padStart(4, '0')}`;
}

/** The keys of all runs' rows of a minute begin with it. */
export function minutePrefix(minute: number): string {
  return minuteKey(minute, 0).slice(0, -'0000'.length);
}

/** Of a run, written when it begins: `run-0001`. The head row forgets old ones. */
export function runKey(run: number): string {
  return `run-${String(run).padStart(4, '0')}`;
}

export function runValues({ no, first, since, hub }: Run): Record<string, EntityValue> {
  const hubFacts = hub && {
    hubCreatedOn: new Date(hub.createdOn).toISOString(),
    hubBeginning: hub.beginning,
  };
  return { no, first, since: new Date(since).toISOString(), ...hubFacts };
}

export function runFrom({ values }: Entity): Pick<Run, 'no' | 'first' | 'since' | 'hub'> {
  const { no, first, since, hubCreatedOn, hubBeginning } = values;
  const hub = { createdOn: Date.parse(String(hubCreatedOn)), beginning: Number(hubBeginning) };
  return {
    no: Number(no),
    first: Number(first),
    since: Date.parse(String(since)),
    ...(hubCreatedOn !== undefined && { hub }),
  };
}

/** Of a decided block that was gone before it could be committed. */
export function lossKey(blockId: string): string {
  return `lost-${Buffer.from(blockId, 'base64').toString('latin1')}`;
}

export function headValues({ runs, plan, keptApart, backlog }: Head): Record<string, EntityValue> {
  const last = runs.at(-1);
  return {
    ...(last && { lastSequenceNumber: last.last, lastEnqueuedTime: isoTime(last.lastTime) }),
    planOpen: plan !== undefined,
    ...splitJson('runs', runs),
    ...splitJson('plan', plan ?? null),
    ...splitJson('keptApart', keptApart),
    ...splitJson('backlog', backlog ?? null),
  };
}

export function headFrom({ values }: Entity): Head {
  return {
    runs: (joinJson('runs', values) ?? []) as Run[],
    plan: (joinJson('plan', values) ?? undefined) as Plan | undefined,
    keptApart: (joinJson('keptApart', values) ?? []) as KeptApart,
    backlog: (joinJson('backlog', values) ?? undefined) as Backlog | undefined,
  };
}

const MINUTE_NUMBERS = [
  'run',
  'minute',
  'first',
  'last',
  'minTime',
  'maxTime',
  'messages',
  'bytes',
  'largest',
  'slices',
  'salvagedMessages',
  'replayed',
] as const;

/** The columns of a minute without its block sums: a third of the row, which only audit and capacity ask for. */
export const COUNT_COLUMNS: readonly string[] = [
  ...MINUTE_NUMBERS,
  ...jsonColumns('rungs'),
  ...jsonColumns('categories'),
];

export function minuteValues(row: MinuteRow): Record<string, EntityValue> {
  const numbers = MINUTE_NUMBERS.map((name) => [name, row[name]] as const);
  return {
    ...Object.fromEntries(numbers),
    ...splitJson('rungs', row.rungs),
    ...splitJson('categories', row.categories),
    ...splitJson('blocks', row.blocks),
  };
}

export function minuteFrom({ values }: Entity): MinuteRow {
  const numbers = MINUTE_NUMBERS.map((name) => [name, Number(values[name] ?? 0)] as const);
  return {
    ...(Object.fromEntries(numbers) as Omit<MinuteRow, 'categories' | 'rungs' | 'blocks'>),
    categories: joinJson('categories', values) as MinuteRow['categories'],
    rungs: joinJson('rungs', values) ?? {},
    blocks: (joinJson('blocks', values) ?? {}) as MinuteRow['blocks'],
  };
}
