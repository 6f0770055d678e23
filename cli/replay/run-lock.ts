import { hostname } from 'node:os';
import type { EntityValue, LedgerTable } from '../../shared/sinks.ts';
import { printable } from '../format.ts';
import { UsageError } from '../usage-error.ts';
import { MARKS_KEY } from './marks.ts';
import type { MarkWrite } from './marks.ts';

const LOCK_KEY = 'run';

/** A transaction takes 100 rows; one of them is the run's. */
export const MOST_WRITES = 99;

/** The right to write marks: one run has it. */
export interface RunLock {
  /** All rows or none; answers their ETags. Throws an Error where another run has taken over. */
  write(rows: readonly MarkWrite[]): Promise<readonly string[]>;
  release(): Promise<void>;
}

/**
 * Throws a UsageError while another run has it. One whose process is known to have ended is no obstacle; of one on another machine only
 * a person can know. Every write goes through the lock's row, so that a run that was taken over writes nothing any more.
 */
export async function takeLock(
  table: LedgerTable,
  { takeOver }: { readonly takeOver: boolean },
): Promise<RunLock> {
  const found = await table.get(MARKS_KEY, LOCK_KEY);
  if (found?.values['state'] === 'held' && !takeOver && !hasEnded(found.values)) throw isHeld(found.values);
  const own = { host: hostname(), pid: process.pid, since: new Date().toISOString() };
  let etag = found?.etag;
  let isOwn = true;

  async function put(
    state: 'held' | 'free',
    rows: readonly MarkWrite[],
  ): Promise<readonly string[] | 'changed'> {
    const lock = { rowKey: LOCK_KEY, ifMatch: etag, values: { ...own, state } };
    const etags = await table.transact(MARKS_KEY, [lock, ...rows]);
    if (etags === 'changed') {
      isOwn = false;
      return 'changed';
    }
    etag = etags[0];
    return etags.slice(1);
  }

  if ((await put('held', [])) === 'changed') throw new UsageError('Another replay has begun at this moment.');
  return {
    async write(rows) {
      const etags = await put('held', rows);
      if (etags !== 'changed') return etags;
      throw new Error('Another replay has taken over. What this one was about to send, that one looks for.');
    },
    async release() {
      if (isOwn) await put('free', []);
    },
  };
}

function hasEnded({ host, pid }: Readonly<Record<string, EntityValue>>): boolean {
  if (host !== hostname() || pid === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // Of another user's process, one is told that one may not.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function isHeld({ host, pid, since }: Readonly<Record<string, EntityValue>>): UsageError {
  const whose = `since ${printable(String(since), 40)}, process ${String(pid)} on ${printable(String(host), 80)}`;
  return new UsageError(
    `Another replay is under way (${whose}). If it is not, because that machine is gone: --take-over.`,
  );
}
