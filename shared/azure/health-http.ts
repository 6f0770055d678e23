import type { HttpFunctionOptions, HttpResponseInit } from '@azure/functions';
import { checkHealth } from '../health.ts';
import type { Health, HealthCheck } from '../health.ts';
import type { Log } from '../log.ts';
import { keptFor } from '../report/kept-for.ts';
import { logOf } from './hub-trigger.ts';

/** Of each check, which all run at the same time. */
const TIMEOUT = 5_000;

/** However often it is asked for, the checks run no more often than this. */
const KEPT = 10_000;

/** `brief` says no more than that it is well or not; `details` says why, and wants a key. */
export function healthHttp(
  checks: () => Promise<readonly HealthCheck[]>,
): Readonly<Record<'brief' | 'details', HttpFunctionOptions>> {
  const health = keptFor(KEPT, Date.now, async (log: Log) =>
    checkHealth({ checks: await checks(), timeout: TIMEOUT, now: Date.now, log }),
  );
  const answer =
    (toBody: (health: Health) => object): HttpFunctionOptions['handler'] =>
    async (_request, context): Promise<HttpResponseInit> => {
      const found = await health(logOf(context));
      return {
        status: found.ok ? 200 : 503,
        headers: { 'cache-control': 'no-store' },
        jsonBody: toBody(found),
      };
    };
  return {
    brief: { authLevel: 'anonymous', handler: answer(({ ok }) => ({ ok })) },
    details: { authLevel: 'function', handler: answer((found) => found) },
  };
}
