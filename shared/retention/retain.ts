import { dayOf } from '../blocks/expiry.ts';
import type { Log } from '../log.ts';
import { describeReport } from './report.ts';
import { runRetention } from './run.ts';
import type { RetentionDeps } from './run.ts';
import { runTiering } from './tiering.ts';
import type { TieringDeps } from './tiering.ts';

export interface RetainDeps {
  readonly retention: RetentionDeps;
  readonly tiering: TieringDeps;
  readonly log: Log;
  /** Whether there is time left for another batch. */
  readonly mayGoOn: () => boolean;
}

/** What the timer does: deletes what is due by storage's own day, moves the rest to its tier, and says what it did. */
export async function retain({ retention, tiering, log, mayGoOn }: RetainDeps): Promise<void> {
  const today = dayOf(await retention.blobs.now());
  const report = await runRetention(retention, { today, mayGoOn });
  for (const { level, message } of describeReport(report)) log(level, message);
  const { moved, unfinished, failures } = await runTiering(tiering, { today, mayGoOn });
  const counts = Object.entries(moved).filter(([, count]) => count > 0);
  if (counts.length > 0)
    log('info', `Moved to their tier: ${counts.map(([tier, count]) => `${count} ${tier}`).join(', ')}.`);
  if (unfinished) log('warn', 'Not everything is in its tier yet: the next run goes on.');
  const all = [...report.failures, ...failures];
  if (all.length > 0) throw new AggregateError(all, `Retention is not done: ${String(all[0])}`);
}
