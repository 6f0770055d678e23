import type { Invoke, Log } from './invoke.ts';
import type { Outcome } from './retry.ts';
import type { Settings } from './settings.ts';

/** One end of an invocation of a function; a batch that is retried has several. */
export interface InvocationEnd {
  readonly functionName: string;
  readonly ok: boolean;
  /** The message of what it failed with. */
  readonly error?: string;
  readonly durationMs: number;
  /** Event Hub triggers only. */
  readonly partition?: string;
  readonly events?: number;
  readonly firstSequenceNumber?: number;
  readonly lastSequenceNumber?: number;
  readonly retryCount?: number;
}

/** What a trigger needs of the host. */
export interface ListenerDeps {
  readonly settings: Settings;
  readonly capabilities: Readonly<Record<string, string>>;
  readonly invoke: Invoke;
  readonly onInvocation: (end: InvocationEnd) => void;
  readonly log: Log;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

export interface Listener {
  /** Starts nothing more, cuts retries short, and resolves when the invocations that run have ended. */
  readonly stop: () => Promise<void>;
}

export function invocationEnd(functionName: string, outcome: Outcome, durationMs: number): InvocationEnd {
  if (outcome.ok) return { functionName, ok: true, durationMs };
  const { error } = outcome;
  return {
    functionName,
    ok: false,
    error: error instanceof Error ? error.message : String(error),
    durationMs,
  };
}
