import { fingerprint } from '../../shared/category-record.ts';
import type { CategoryRecord } from '../../shared/category-record.ts';
import { onCategory } from '../../shared/on-category.ts';
import { DAY } from '../../shared/time.ts';

/** Who has not done it for so many days is new to it. */
const DAYS = 30;

/** From the first record of a tenant on, so many days are for learning who does what. */
const LEARNING_DAYS = 14;

/** So many stretches of somebody's work are kept, which is more than fit into the time that they are kept for. */
const MOST_STRETCHES = 5;

/** When somebody did a thing again and again, never pausing for as many days as make one new; in milliseconds since 1970. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  /** The fingerprint of the record that the alert is for; empty where it was in the time of learning. */
  readonly cause: string;
}

/** An alert where someone assigns a role or changes a policy who has not done so for a month. */
export default onCategory('entra/AuditLogs', async function changeBySomeoneNew(records, { alert, state }) {
  for (const [tenant, ofTenant] of Map.groupBy(records, tenantOf)) {
    const times = ofTenant.flatMap(({ time }) => time ?? []);
    if (times.length === 0) continue;
    const since = await state.update<number>(tenant, 2 * DAYS, (before) =>
      Math.min(...times, before ?? Infinity),
    );

    for (const record of ofTenant) {
      const kind = kindOf(record);
      const actor = actorOf(record);
      const { time } = record;
      if (kind === undefined || actor === undefined || time === undefined) continue;
      const cause = fingerprint(record);
      const isLearning = time < since + LEARNING_DAYS * DAY;
      const stretches = await state.update<Stretch[]>(`${tenant} ${kind} ${actor}`, 2 * DAYS, (before = []) =>
        withTime(before, time, isLearning ? '' : cause),
      );
      if (!stretches.some((stretch) => stretch.cause === cause)) continue;
      await alert(record, {
        title: `${kind} by someone new`,
        severity: 'medium',
        subject: record.text('/properties/initiatedBy/user/userPrincipalName') ?? actor,
        details: {
          activity: record.text('/properties/activityDisplayName'),
          target:
            record.text('/properties/targetResources/0/userPrincipalName') ??
            record.text('/properties/targetResources/0/displayName'),
          ipAddress: record.text('/properties/initiatedBy/user/ipAddress'),
        },
      });
    }
  }
});

/** The first record of a stretch to come is the one that the alert is for, and stays it, whatever comes later of an earlier time. */
function withTime(stretches: readonly Stretch[], time: number, cause: string): Stretch[] {
  const isNear = ({ from, to }: Stretch): boolean => time >= from - DAYS * DAY && time <= to + DAYS * DAY;
  const near = stretches.findIndex(isNear);
  if (near === -1)
    return [...stretches, { from: time, to: time, cause }]
      .toSorted((a, b) => a.to - b.to)
      .slice(-MOST_STRETCHES);
  return stretches.map((stretch, i) =>
    i === near ? { ...stretch, from: Math.min(stretch.from, time), to: Math.max(stretch.to, time) } : stretch,
  );
}

function kindOf(record: CategoryRecord): string | undefined {
  if (record.text('/properties/result') === 'failure') return undefined;
  const activity = record.text('/properties/activityDisplayName') ?? '';
  if (/^Add (\w+ )?member to role|^Add app role assignment to service principal/.test(activity))
    return 'Role assignment';
  // `Policy`, `AuthorizationPolicy`
  return record.text('/properties/category')?.endsWith('Policy') ? 'Policy change' : undefined;
}

function actorOf(record: CategoryRecord): string | undefined {
  return (
    record.text('/properties/initiatedBy/user/id') ??
    record.text('/properties/initiatedBy/app/servicePrincipalId') ??
    record.text('/properties/initiatedBy/app/displayName')
  );
}

function tenantOf(record: CategoryRecord): string {
  return record.text('/tenantId') ?? record.text('/resourceId')?.toLowerCase() ?? '';
}
