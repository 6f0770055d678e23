import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';

/** Something that the app stands on. */
export interface HealthCheck {
  /** `source hub logs` */
  readonly name: string;
  /** Answers what is worth saying of it, if anything; throws where it is not there. Gives up when the signal is aborted. */
  readonly run: (signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>;
}

export interface Health {
  readonly ok: boolean;
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
  readonly checks: readonly CheckResult[];
}

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  /** Why not: kinds and codes alone. Messages of errors may hold addresses and keys, and go to the log. */
  readonly problem?: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

export interface HealthDeps {
  readonly checks: readonly HealthCheck[];
  /** Milliseconds for each check. */
  readonly timeout: number;
  readonly now: () => number;
  readonly log: Log;
}

/** Runs all checks at the same time, and answers in time whether they answer or not. */
export async function checkHealth(deps: HealthDeps): Promise<Health> {
  const checks = await Promise.all(deps.checks.map((check) => runCheck(check, deps)));
  return {
    ok: checks.every(({ ok }) => ok),
    checkedAt: new Date(deps.now()).toISOString(),
    checks,
  };
}

async function runCheck({ name, run }: HealthCheck, { timeout, log }: HealthDeps): Promise<CheckResult> {
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  const stopping = new AbortController();
  try {
    const facts = await Promise.race([run(stopping.signal), late(timeout, stopping.signal)]);
    return { name, ok: true, milliseconds: took(), ...(Object.keys(facts).length > 0 && { facts }) };
  } catch (error) {
    log('warn', `Health: ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return { name, ok: false, milliseconds: took(), problem: problemOf(error) };
  } finally {
    stopping.abort();
  }
}

class Late extends Error {}

/** Never resolves. A check that is done aborts the wait, and nobody hears of it. */
async function late(milliseconds: number, signal: AbortSignal): Promise<never> {
  await sleep(milliseconds, undefined, { signal });
  throw new Late(`no answer within ${milliseconds} ms`);
}

/** Codes are the services' own words for what is wrong; a message may repeat a connection string. */
const CODE = /^[\w.-]{1,60}$/;

function problemOf(error: unknown): string {
  if (error instanceof Late) return error.message;
  const words: string[] = [];
  for (let cause = error; cause instanceof Error && words.length < 6; cause = cause.cause) {
    const { statusCode, code } = cause as { statusCode?: unknown; code?: unknown };
    for (const word of [cause.name, statusCode, code]) {
      const text = typeof word === 'string' || typeof word === 'number' ? String(word) : '';
      if (CODE.test(text) && text !== 'Error' && !words.includes(text)) words.push(text);
    }
  }
  return words.length > 0 ? words.join(' ') : 'failed';
}
