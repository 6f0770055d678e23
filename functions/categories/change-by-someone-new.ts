import { fingerprint } from '../../shared/category-record.ts';
import type { CategoryRecord } from '../../shared/category-record.ts';
import { onCategory } from '../../shared/on-category.ts';
import type { State } from '../../shared/category-functions/state.ts';
import { withTime } from '../../shared/category-functions/stretches.ts';
import type { Stretch } from '../../shared/category-functions/stretches.ts';
import { DAY } from '../../shared/time.ts';

/** Who has not done it for so many days is new to it. */
const DAYS = 30;

/** From the first record of a tenant on, so many days are for learning who does what. */
const LEARNING_DAYS = 14;

/** An alert where someone assigns a role or changes a policy who has not done so for a month. */
export default onCategory('entra/AuditLogs', async function changeBySomeoneNew(records, { alert, state }) {
  for (const [tenant, ofTenant] of Map.groupBy(records, tenantOf)) {
    const learnt = LEARNING_DAYS * DAY + (await firstTimeOf(tenant, ofTenant, state));
    for (const record of ofTenant) {
      const kind = kindOf(record);
      if (kind === undefined || !(await isBySomeoneNew(record, `${tenant} ${kind}`, learnt, state))) continue;
      await alert(record, {
        title: `${kind} by someone new`,
        severity: 'medium',
        subject: record.text('/properties/initiatedBy/user/userPrincipalName') ?? actorOf(record),
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

/** Of all records of a tenant that there have been; Infinity where none has a time. */
async function firstTimeOf(
  tenant: string,
  records: readonly CategoryRecord[],
  state: State,
): Promise<number> {
  const first = Math.min(...records.flatMap(({ time }) => time ?? []));
  if (first === Infinity) return first;
  return state.update<number>(tenant, 2 * DAYS, (before = Infinity) => Math.min(first, before));
}

/** Whether a stretch of somebody's work has begun with a record, after the time of learning. */
async function isBySomeoneNew(record: CategoryRecord, what: string, learnt: number, state: State) {
  const actor = actorOf(record);
  const { time } = record;
  if (actor === undefined || time === undefined) return false;
  const cause = fingerprint(record);
  const seen = { time, cause: time < learnt ? '' : cause };
  const stretches = await state.update<readonly Stretch[]>(`${what} ${actor}`, 2 * DAYS, (before = []) =>
    withTime(before, seen, DAYS * DAY),
  );
  return stretches.some((stretch) => stretch.cause === cause);
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
