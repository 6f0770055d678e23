import type { CapacityReport } from '../capacity/report.ts';
import type { Log, LogLevel } from '../log.ts';
import { MINUTE, SECOND } from '../time.ts';
import { batchMeasurements, batchTrace } from './batch.ts';
import type { BatchFacts } from './batch.ts';
import type { CategoryNames } from './bounded-categories.ts';
import { capacityMeasurements } from './capacity.ts';
import type { Measurement } from './metrics.ts';

/** What the app tells of itself to whoever watches it. Nothing waits for it, and it never throws. */
export interface Telemetry {
  batchEnded(facts: BatchFacts, log: Log): void;
  capacityReported(report: CapacityReport, log: Log): void;
  /** Sends what is in memory: when the process is about to end. */
  close(): Promise<void>;
}

/** A sentence that stands by itself, with facts that can be asked for. */
export interface Trace {
  /** In milliseconds since 1970. */
  readonly time: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly traceParent: string | undefined;
}

/** Where telemetry goes. */
export interface TelemetrySink {
  measure(measurement: Measurement): void;
  trace(trace: Trace): void;
  /** Sends what it has been told since. Rejects where it is not accepted. */
  flush(): Promise<void>;
}

export interface TelemetryDeps {
  /** Called once, when something is to be sent for the first time. */
  readonly load: () => Promise<TelemetrySink>;
  readonly nameOf: CategoryNames;
}

/** So long after the last batch, what is in memory goes out: before a process that has nothing to do is frozen. */
const QUIET = 5 * SECOND;

/** And so often while there is no such pause: Application Insights keeps a row for each time series that is sent. */
const LONGEST = MINUTE;

/** So many are kept for when the sink has been loaded. */
const MOST_WAITING = 200;

/** What the platform leaves a process that is to end. */
const TIME_TO_CLOSE = 5 * SECOND;

type Told = (sink: TelemetrySink) => void;

/**
 * Telemetry that costs a cold start nothing: the sink is loaded when there is something to send, in the first pause. Until then, what
 * is told is kept. That something cannot be sent is said once, in the log of a batch.
 */
export function createTelemetry({ load, nameOf }: TelemetryDeps): Telemetry {
  const waiting: Told[] = [];
  let loading: Promise<TelemetrySink> | undefined;
  let loaded: TelemetrySink | undefined;
  let flushing: Promise<void> | undefined;
  /** When the first was told of what has not been sent; undefined where there is none. */
  let unsentSince: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const trouble = createTrouble();

  function tell(what: Told, log: Log): void {
    trouble.say(log);
    if (loaded) hand(what, loaded);
    else waiting.push(what);
    unsentSince ??= Date.now();
    schedule();
  }

  /** Whatever is wrong with telemetry is no fault of the batch that it is about. */
  function hand(what: Told, sink: TelemetrySink): void {
    try {
      what(sink);
    } catch (error) {
      trouble.note(error);
    }
  }

  function schedule(): void {
    if (unsentSince === undefined) return;
    const due = waiting.length < MOST_WAITING ? Math.min(QUIET, unsentSince + LONGEST - Date.now()) : 0;
    clearTimeout(timer);
    timer = setTimeout(sendAndNote, Math.max(0, due));
    timer.unref();
  }

  function sendAndNote(): void {
    send().then(
      () => trouble.over(),
      (error: unknown) => trouble.note(error),
    );
  }

  async function send(): Promise<void> {
    const sink = await loadedSink();
    for (const what of waiting.splice(0)) hand(what, sink);
    await (flushing ??= flush(sink));
  }

  async function loadedSink(): Promise<TelemetrySink> {
    try {
      return (loaded ??= await (loading ??= load()));
    } catch (error) {
      waiting.length = 0;
      unsentSince = undefined;
      throw error;
    }
  }

  async function flush(sink: TelemetrySink): Promise<void> {
    unsentSince = undefined;
    try {
      await sink.flush();
    } finally {
      flushing = undefined;
      schedule();
    }
  }

  async function close(): Promise<void> {
    await flushing?.catch(() => undefined);
    clearTimeout(timer);
    // Nobody is left to be told.
    if (unsentSince !== undefined) await send().catch(() => undefined);
  }

  return {
    batchEnded: (facts, log) => tell((sink) => tellBatch(facts, nameOf, sink), log),
    capacityReported: (report, log) => tell((sink) => tellCapacity(report, nameOf, sink), log),
    close: () => Promise.race([close(), timeToClose()]),
  };
}

function timeToClose(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, TIME_TO_CLOSE).unref();
  });
}

function tellBatch(facts: BatchFacts, nameOf: CategoryNames, sink: TelemetrySink): void {
  for (const measurement of batchMeasurements(facts, nameOf)) sink.measure(measurement);
  sink.trace(batchTrace(facts));
}

function tellCapacity(report: CapacityReport, nameOf: CategoryNames, sink: TelemetrySink): void {
  for (const measurement of capacityMeasurements(report, nameOf)) sink.measure(measurement);
}

/** What is wrong with telemetry itself, which can only be said when there is a log again: once, until it is over. */
function createTrouble() {
  let unsaid: string | undefined;
  let isKnown = false;
  return {
    note(error: unknown): void {
      if (!isKnown) unsaid = error instanceof Error ? error.message : String(error);
      isKnown = true;
    },
    over(): void {
      isKnown = false;
    },
    say(log: Log): void {
      if (unsaid !== undefined)
        log('warn', `Telemetry cannot be sent, and what it counts is in the ledger alone: ${unsaid}`);
      unsaid = undefined;
    },
  };
}
