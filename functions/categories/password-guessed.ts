import pMap from 'p-map';
import { fingerprint } from '../../shared/category-record.ts';
import type { CategoryRecord } from '../../shared/category-record.ts';
import { onCategory } from '../../shared/on-category.ts';
import type { CategoryContext } from '../../shared/on-category.ts';
import { MINUTE } from '../../shared/time.ts';

/** So many failed sign-ins of a user within the window, and then one that succeeds, are an alert. */
const FAILURES = 10;
const WINDOW = 10 * MINUTE;

/** Days that sign-ins are kept for: records may come so late, or be delivered again. */
const DAYS = 2;

/** So many bursts of a user are kept at a time, and so many sign-ins of each are named. */
const MOST_BURSTS = 3;
const MOST_NAMED = 20;

/** So many users are looked at side by side. */
const CONCURRENCY = 8;

/**
 * A wrong password, an account that is locked because of too many of them, no password, a second factor that was turned down.
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
const FAILED = new Set(['50126', '50053', '50056', '500121']);

interface SignIn {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** By which one that is delivered again is known. */
  readonly key: string;
  readonly id: string;
  readonly isFailure: boolean;
}

interface Burst {
  readonly from: number;
  readonly to: number;
  /** The sign-in that it was found by. All that overlaps with it is the same burst, and the same alert. */
  readonly cause: string;
  readonly signIns: readonly Pick<SignIn, 'time' | 'id'>[];
}

type Attempt = SignIn & { readonly user: string; readonly record: CategoryRecord };

/** One alert for every burst of failed sign-ins of a user that a success follows. */
export default onCategory('entra/SignInLogs', async function passwordGuessed(records, context) {
  const byUser = Map.groupBy(records.flatMap(attemptsIn), ({ user }) => user);
  await pMap(byUser, ([user, attempts]) => lookAt(user, attempts, context), { concurrency: CONCURRENCY });
});

function attemptsIn(record: CategoryRecord): Attempt[] {
  const { time, id } = record;
  const result = record.text('/resultType') ?? '';
  const name = record.text('/properties/userPrincipalName') || record.text('/properties/userId');
  const isFailure = FAILED.has(result);
  if (!name || time === undefined || (!isFailure && result !== '0')) return [];
  const user = `${record.text('/tenantId')} ${name.toLowerCase()}`;
  return [{ user, time, key: fingerprint(record), id, isFailure, record }];
}

/**
 * Sign-ins are kept by user and window of time: whichever comes last, of whatever partition and instance, finds the others there. So each
 * is written down before those around it are read.
 */
async function lookAt(user: string, attempts: readonly Attempt[], context: CategoryContext): Promise<void> {
  const keyOf = (window: number): string => `${user} ${window}`;
  const windows = new Map<number, readonly SignIn[]>();
  for (const [window, ofOne] of Map.groupBy(attempts, windowOf)) {
    const added = ofOne.map(({ time, key, id, isFailure }) => ({ time, key, id, isFailure }));
    const kept = await context.state.update<SignIn[]>(keyOf(window), DAYS, (before = []) =>
      keep(before, added),
    );
    windows.set(window, kept);
  }
  const isOpen = new Set([...windows.keys()].flatMap((window) => [window, window + 1]));
  for (const window of new Set([...isOpen].flatMap((open) => [open - 1, open])))
    if (!windows.has(window)) windows.set(window, (await context.state.read<SignIn[]>(keyOf(window))) ?? []);

  const signIns = [...windows.values()].flat().toSorted(byTime);
  for (const success of signIns.filter((one) => !one.isFailure && isOpen.has(windowOf(one)))) {
    const burst = burstBefore(success, signIns);
    if (burst) await raise(user, burst, attempts, context);
  }
}

/**
 * The first and the last of a window are kept: however many there are in it, the failures within a window's length before a success that
 * is in this window or the next are among them, up to as many as make an alert.
 */
function keep(before: readonly SignIn[], added: readonly SignIn[]): SignIn[] {
  const byKey = new Map([...added, ...before].map((one) => [one.key, one]));
  const [failures = [], successes = []] = [true, false].map((isFailure) =>
    [...byKey.values()].filter((one) => one.isFailure === isFailure).toSorted(byTime),
  );
  return [...firstAndLast(failures), ...firstAndLast(successes)].toSorted(byTime);
}

function firstAndLast(signIns: readonly SignIn[]): readonly SignIn[] {
  if (signIns.length <= 2 * FAILURES) return signIns;
  return [...signIns.slice(0, FAILURES), ...signIns.slice(-FAILURES)];
}

function burstBefore(success: SignIn, signIns: readonly SignIn[]): Burst | undefined {
  const failures = signIns.filter(
    ({ isFailure, time }) => isFailure && time <= success.time && time > success.time - WINDOW,
  );
  const [first] = failures;
  if (!first || failures.length < FAILURES) return undefined;
  const named = [...failures, success].map(({ time, id }) => ({ time, id }));
  return { from: first.time, to: success.time, cause: success.key, signIns: named.slice(-MOST_NAMED) };
}

async function raise(
  user: string,
  burst: Burst,
  attempts: readonly Attempt[],
  { alert, state }: CategoryContext,
): Promise<void> {
  const bursts = await state.update<Burst[]>(`${user} bursts`, DAYS, (before = []) =>
    withBurst(before, burst),
  );
  const known = bursts.find((one) => overlap(one, burst)) ?? burst;
  const record = attempts.at(-1)?.record;
  if (!record) return;
  await alert(record, {
    cause: `${user} ${known.cause}`,
    title: 'Sign-in after a burst of failed ones',
    severity: 'high',
    subject: record.text('/properties/userPrincipalName'),
    details: {
      from: new Date(known.from).toISOString(),
      to: new Date(known.to).toISOString(),
      ipAddress: record.text('/properties/ipAddress'),
      app: record.text('/properties/appDisplayName'),
    },
    records: known.signIns.map(({ id }) => id),
  });
}

function withBurst(bursts: readonly Burst[], burst: Burst): Burst[] {
  const known = bursts.find((one) => overlap(one, burst));
  if (!known) return [...bursts, burst].toSorted((a, b) => a.to - b.to).slice(-MOST_BURSTS);
  const byId = new Map([...known.signIns, ...burst.signIns].map((one) => [one.id, one]));
  const grown = {
    from: Math.min(known.from, burst.from),
    to: Math.max(known.to, burst.to),
    cause: known.cause,
    signIns: [...byId.values()].toSorted((a, b) => a.time - b.time).slice(-MOST_NAMED),
  };
  return bursts.map((one) => (one === known ? grown : one));
}

function overlap(a: Burst, b: Burst): boolean {
  return a.from <= b.to && b.from <= a.to;
}

function byTime(a: SignIn, b: SignIn): number {
  return a.time - b.time || (a.key < b.key ? -1 : 1);
}

function windowOf({ time }: Pick<SignIn, 'time'>): number {
  return Math.floor(time / WINDOW);
}
