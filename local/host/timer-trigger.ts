import { Cron } from 'croner';
import type { Binding } from './core-module.ts';
import { invocationEnd } from './listener.ts';
import type { Listener, ListenerDeps } from './listener.ts';
import { expandSettings } from './settings.ts';
import { parseTimeSpan } from './time-span.ts';

/** Longest wait that setTimeout can hold. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
/** A monitored schedule must leave at least this long between runs; TimersOptions of the Timers extension. */
const MONITOR_LEAST_MS = 60_000;
/** .NET's DateTime.MinValue: the time of the last run when there was none. */
const NEVER = '0001-01-01T00:00:00';

/** The next run after a time, both in milliseconds since 1970 UTC. */
export type Schedule = (after: number) => number;

export interface TimerTrigger {
  readonly functionName: string;
  readonly expression: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
}

/** A timer that is listened to can also be run at any time. */
export interface TimerListener extends Listener {
  /** Runs the function now, after the run that may be under way. Rejects with what it throws. */
  readonly run: () => Promise<void>;
}

/** Reads a `timerTrigger` binding. Throws an Error for a schedule that Azure would refuse. */
export function timerTrigger(
  functionName: string,
  options: Binding,
  deps: Pick<ListenerDeps, 'settings'>,
): TimerTrigger {
  const { schedule: text } = options;
  if (typeof text !== 'string') throw new Error(`Function ${functionName}: its timer has no schedule.`);
  const expression = expandSettings(text, deps.settings, `Function ${functionName}: schedule`);
  return {
    functionName,
    expression,
    schedule: parseSchedule(functionName, expression),
    runOnStartup: options['runOnStartup'] === true,
    useMonitor: options['useMonitor'] !== false,
  };
}

/**
 * Runs the function by its schedule, never twice at a time: the next run is worked out when one has ended, and what fell
 * due meanwhile is left out. There is no record of runs beyond this process, so nothing is ever past due, and each host
 * runs its own timers (Azure holds a lease, so that one instance does): switch them off in all hosts but one.
 */
export function listenToTimer(trigger: TimerTrigger, deps: ListenerDeps): TimerListener {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let last: number | undefined;
  let running: Promise<unknown> = Promise.resolve();

  function wait(): void {
    if (stopped) return;
    const due = trigger.schedule(deps.now());
    waitUntil(due);
  }

  function waitUntil(due: number): void {
    const rest = due - deps.now();
    timer = setTimeout(
      () => (rest > MAX_TIMEOUT_MS ? waitUntil(due) : tick()),
      Math.min(Math.max(rest, 0), MAX_TIMEOUT_MS),
    );
  }

  function tick(): void {
    // A failure has been logged and reported by `invoke`; the schedule goes on, as in Azure.
    run().then(wait, wait);
  }

  function run(): Promise<void> {
    const turn = running.then(invokeOnce);
    running = turn.catch(() => {});
    return turn;
  }

  async function invokeOnce(): Promise<void> {
    const started = performance.now();
    const json = JSON.stringify(timerInfo(trigger, last, deps.now()));
    last = deps.now();
    const outcome = await deps.invoke(trigger.functionName, { input: { json }, triggerMetadata: {} });
    deps.onInvocation(invocationEnd(trigger.functionName, outcome, performance.now() - started));
    if (!outcome.ok) throw outcome.error;
  }

  if (trigger.runOnStartup) tick();
  else wait();
  return {
    run,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** As the Timers extension for .NET writes it; the library makes the first letters small. */
function timerInfo(trigger: TimerTrigger, last: number | undefined, now: number): object {
  const next = trigger.schedule(now);
  const monitored = trigger.useMonitor && trigger.schedule(next) - next >= MONITOR_LEAST_MS;
  const time = last === undefined ? NEVER : new Date(last).toISOString();
  return {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: monitored ? { Last: time, LastUpdated: time, Next: new Date(next).toISOString() } : null,
    IsPastDue: false,
  };
}

/** One member of a field of an NCRONTAB expression; croner would take more (L, W, #, ?), Azure would not. */
const FIELD_MEMBER = /^(?:\*|(?:\d+|[a-z]{3,9})(?:-(?:\d+|[a-z]{3,9}))?)(?:\/\d+)?$/i;

/**
 * NCRONTAB (https://github.com/atifaziz/NCrontab) with six fields, of which the first is seconds, or five, in UTC; or a
 * TimeSpan, which is the time between runs.
 */
export function parseSchedule(functionName: string, expression: string): Schedule {
  const interval = parseTimeSpan(expression);
  if (interval !== undefined && interval > 0) return (after) => after + interval;
  const fields = expression.trim().split(/\s+/);
  const plain = fields.every((field) => field.split(',').every((member) => FIELD_MEMBER.test(member)));
  if (!plain || fields.length < 5 || fields.length > 6) throw badSchedule(functionName, expression);
  const cron = nCronTab(functionName, expression);
  return (after) => {
    const next = cron.nextRun(new Date(after));
    if (next === null) throw badSchedule(functionName, expression);
    return next.getTime();
  };
}

function nCronTab(functionName: string, expression: string): Cron {
  try {
    return new Cron(expression, {
      paused: true,
      mode: '5-or-6-parts',
      timezone: 'UTC',
      // NCRONTAB wants the day of the month and the day of the week to fit both, and knows `5/10`.
      domAndDow: true,
      sloppyRanges: true,
    });
  } catch (cause) {
    throw badSchedule(functionName, expression, cause);
  }
}

function badSchedule(functionName: string, expression: string, cause?: unknown): Error {
  const wanted = 'six fields of NCRONTAB (0 */5 * * * *) or a TimeSpan (00:05:00)';
  return new Error(`Function ${functionName}: "${expression}" is no schedule; expected ${wanted}.`, {
    cause,
  });
}
