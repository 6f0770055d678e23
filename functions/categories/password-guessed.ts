import pMap from 'p-map';
import { burstsAround } from '../../shared/category-functions/bursts.ts';
import type { Attempt } from '../../shared/category-functions/bursts.ts';
import { fingerprint } from '../../shared/category-record.ts';
import type { CategoryRecord } from '../../shared/category-record.ts';
import { onCategory } from '../../shared/on-category.ts';
import type { CategoryContext } from '../../shared/on-category.ts';
import { MINUTE } from '../../shared/time.ts';

/** So many failed sign-ins of a user within the window, and then one that succeeds, are an alert. */
const RULE = { failures: 10, window: 10 * MINUTE, days: 2 };

/**
 * A wrong password, an account that is locked because of too many of them, no password, a second factor that was turned down.
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const FAILED = new Set(['50126', '50053', '50056', '500121']);

/** So many users are looked at side by side. */
const CONCURRENCY = 8;

interface SignIn {
  readonly user: string;
  readonly attempt: Attempt;
  readonly record: CategoryRecord;
}

/** One alert for every burst of failed sign-ins of a user that a success follows. */
export default onCategory('entra/SignInLogs', async function passwordGuessed(records, context) {
  const byUser = Map.groupBy(records.flatMap(signInOf), ({ user }) => user);
  await pMap(byUser, ([user, signIns]) => lookAt(user, signIns, context), { concurrency: CONCURRENCY });
});

/** None where it tells nothing of a password. */
function signInOf(record: CategoryRecord): SignIn[] {
  const { time, id } = record;
  const result = record.text('/resultType') ?? '';
  const name = record.text('/properties/userPrincipalName') || record.text('/properties/userId');
  const isFailure = FAILED.has(result);
  if (!name || time === undefined || (!isFailure && result !== '0')) return [];
  const user = `${record.text('/tenantId')} ${name.toLowerCase()}`;
  const details = {
    ipAddress: record.text('/properties/ipAddress')?.slice(0, 64),
    app: record.text('/properties/appDisplayName')?.slice(0, 64),
  };
  const attempt = { time, key: fingerprint(record), id, isFailure, ...(!isFailure && { details }) };
  return [{ user, attempt, record }];
}

async function lookAt(
  user: string,
  signIns: readonly SignIn[],
  { alert, state }: CategoryContext,
): Promise<void> {
  const attempts = signIns.map(({ attempt }) => attempt);
  const record = signIns.at(-1)?.record;
  if (!record) return;
  for (const burst of await burstsAround(user, attempts, RULE, state))
    await alert(record, {
      cause: `${user} ${burst.cause}`,
      title: 'Sign-in after a burst of failed ones',
      severity: 'high',
      subject: record.text('/properties/userPrincipalName'),
      details: {
        from: new Date(burst.from).toISOString(),
        to: new Date(burst.to).toISOString(),
        ...burst.details,
      },
      records: burst.attempts.map(({ id }) => id),
    });
}
