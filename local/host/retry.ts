import { setTimeout as delay } from 'node:timers/promises';
import type { InvocationResponse, RetryContext, RetryOptions } from './core-module.ts';

/** How an invocation ended. A rejection with null or undefined is a success, as it is in the Functions worker. */
export type Outcome =
  | { readonly ok: true; readonly response?: InvocationResponse }
  | { readonly ok: false; readonly error: unknown };

/** RandomizedExponentialBackoffStrategy.cs of the WebJobs SDK varies each step by this share. */
const JITTER = 0.2;

/** `maxRetryCount` of a policy that never gives up. */
export const FOR_EVER = -1;

/**
 * Runs a function under its retry policy, as FunctionExecutorExtensions.cs of the WebJobs SDK does: in memory, on this
 * instance, N retries after the first run; there is a `retryContext` from the first run on if there is a policy at all.
 * When `signal` is aborted it waits no longer and gives up with the last failure.
 */
export async function runWithRetries(
  run: (retryContext: RetryContext | undefined) => Promise<Outcome>,
  policy: RetryOptions | undefined,
  signal: AbortSignal,
  random: () => number = Math.random,
): Promise<Outcome> {
  if (policy === undefined) return run(undefined);
  const { maxRetryCount } = policy;
  for (let retryCount = 0, failure: unknown; ; retryCount += 1) {
    const outcome = await run({
      retryCount,
      maxRetryCount,
      ...(retryCount > 0 && { exception: exception(failure) }),
    });
    if (outcome.ok || (maxRetryCount !== FOR_EVER && retryCount >= maxRetryCount)) return outcome;
    failure = outcome.error;
    if (!(await waited(retryDelay(policy, retryCount + 1, random), signal))) return outcome;
  }
}

/** Milliseconds before the retry of this number, from 1. */
export function retryDelay(policy: RetryOptions, retry: number, random: () => number): number {
  if (policy.retryStrategy !== 'exponentialBackoff') return milliseconds(policy.delayInterval);
  const [least, most] = [milliseconds(policy.minimumInterval), milliseconds(policy.maximumInterval)];
  if (retry === 1) return Math.min(least, most);
  const spread = 1 - JITTER + random() * 2 * JITTER;
  return Math.min(least + spread * 2 ** (retry - 2) * least, most);
}

function milliseconds(duration: { readonly seconds: number } | undefined): number {
  return (duration?.seconds ?? 0) * 1000;
}

async function waited(time: number, signal: AbortSignal): Promise<boolean> {
  return delay(time, true, { signal }).catch((error: unknown) => {
    if (signal.aborted) return false;
    throw error;
  });
}

function exception(failure: unknown): NonNullable<RetryContext['exception']> {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  return { message: error.message, source: '', stackTrace: error.stack ?? '' };
}
