import { describe, expect, test } from 'vitest';
import type { RetryContext, RetryOptions } from '../../local/host/core-module.ts';
import { retryDelay, runWithRetries } from '../../local/host/retry.ts';
import type { Outcome } from '../../local/host/retry.ts';

const never = new AbortController().signal;
const error = new Error('storage is down');
const failure: Outcome = { ok: false, error };

function fixed(maxRetryCount: number, seconds = 0): RetryOptions {
  return { retryStrategy: 'fixedDelay', maxRetryCount, delayInterval: { seconds } };
}

/** Fails so many times, then succeeds, and remembers how it was called. */
function failing(times: number): {
  contexts: (RetryContext | undefined)[];
  run: (c?: RetryContext) => Promise<Outcome>;
} {
  const contexts: (RetryContext | undefined)[] = [];
  const run = async (context?: RetryContext): Promise<Outcome> => {
    contexts.push(context);
    return contexts.length <= times ? failure : { ok: true };
  };
  return { contexts, run };
}

describe('runWithRetries', () => {
  test('without a policy runs once, with no retry context', async () => {
    const { run, contexts } = failing(1);

    expect(await runWithRetries(run, undefined, never)).toBe(failure);
    expect(contexts).toEqual([undefined]);
  });

  test('with N retries runs N+1 times, and says which run it is and why', async () => {
    const { run, contexts } = failing(9);

    expect(await runWithRetries(run, fixed(2), never)).toBe(failure);
    expect(contexts).toMatchObject([
      { retryCount: 0, maxRetryCount: 2 },
      { retryCount: 1, maxRetryCount: 2, exception: { message: 'storage is down' } },
      { retryCount: 2, maxRetryCount: 2 },
    ]);
    expect(contexts[0]).not.toHaveProperty('exception');
  });

  test('with -1 never gives up', async () => {
    const { run, contexts } = failing(50);

    expect(await runWithRetries(run, fixed(-1), never)).toEqual({ ok: true });
    expect(contexts).toHaveLength(51);
  });

  test('a stop cuts the wait short, and there is no further run', async () => {
    const { run, contexts } = failing(9);
    const stop = new AbortController();

    const outcome = runWithRetries(run, fixed(-1, 3600), stop.signal);
    stop.abort();

    expect(await outcome).toBe(failure);
    expect(contexts).toHaveLength(1);
  });
});

describe('retryDelay', () => {
  const backoff: RetryOptions = {
    retryStrategy: 'exponentialBackoff',
    maxRetryCount: -1,
    minimumInterval: { seconds: 1 },
    maximumInterval: { seconds: 10 },
  };

  test('is fixed', () => {
    expect(retryDelay(fixed(3, 5), 3, Math.random)).toBe(5000);
  });

  test.each([
    [1, 1000],
    [2, 2000],
    [3, 3000],
    [4, 5000],
    [5, 9000],
    [6, 10_000],
    [2000, 10_000],
  ])('grows from the least to the greatest interval: retry %i waits %i ms', (retry, wait) => {
    expect(retryDelay(backoff, retry, () => 0.5)).toBeCloseTo(wait);
  });

  test('varies by a fifth', () => {
    expect(retryDelay(backoff, 2, () => 0)).toBeCloseTo(1800);
    expect(retryDelay(backoff, 2, () => 1)).toBeCloseTo(2200);
  });
});
