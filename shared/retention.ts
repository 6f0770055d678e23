import { fitsCategory, isCategoryPattern } from './category-functions/category-pattern.ts';
import type { Draft } from './blocks/draft.ts';
import { expected, readList, readWholeNumber, SETTINGS } from './settings/settings.ts';
import type { Environment, Problems } from './settings/settings.ts';

/** An immutability policy keeps for at most 146,000 days, and so do we. */
export const MOST_DAYS = 146_000;

/** What is not archived is kept for so long, in case the second hub is not there to take it. */
export const PASS_ON_DAYS = 7;

export interface Retention {
  /** Days, 0 = for ever. */
  readonly days: number;
  /** The first that fits counts. */
  readonly exceptions: readonly { readonly pattern: string; readonly days: number }[];
}

/** Days for a category: the setting's exception, else its schema's annotation, else the setting. */
export function retentionDaysOf(
  source: string,
  category: string,
  annotated: number | undefined,
  retention: Retention,
): number {
  const exception = retention.exceptions.find(({ pattern }) => fitsCategory(pattern, source, category));
  return exception?.days ?? annotated ?? retention.days;
}

/** Days for what is staged: archived records by their category, dead letters and the originals of salvaged messages by their own. */
export function draftDays(
  {
    container,
    source,
    category,
    retentionDays,
  }: Pick<Draft, 'container' | 'source' | 'category' | 'retentionDays'>,
  policy: { readonly retention: Retention; readonly deadLetterRetentionDays: number },
): number {
  if (container !== 'archive') return policy.deadLetterRetentionDays;
  return retentionDaysOf(source, category, retentionDays, policy.retention);
}

export function readDeadLetterDays(env: Environment, problems: Problems): number {
  return readWholeNumber(env, 'deadLetterRetentionDays', { least: 0, most: MOST_DAYS }, problems);
}

export function readRetention(env: Environment, problems: Problems): Retention {
  const [days = SETTINGS.retentionDays.default, ...rest] = readList(env, 'retentionDays');
  const exceptions = rest.map((part) => {
    const [, pattern = '', text] = /^([^=]*\S)\s*=\s*(\d+)$/.exec(part) ?? [];
    return { pattern, days: daysFrom(text) };
  });
  const retention = { days: daysFrom(days), exceptions };
  const wellFormed = exceptions.every(({ pattern }) => isCategoryPattern(pattern));
  if (!wellFormed || [retention, ...exceptions].some((part) => Number.isNaN(part.days))) {
    const form = 'days, then exceptions such as entra/SignInLogs=90 or defender/*=30';
    problems.push(expected(env, 'retentionDays', `${form}; days from 0 (for ever) to ${MOST_DAYS}`));
  }
  return retention;
}

function daysFrom(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) && Number(text) <= MOST_DAYS
    ? Number(text)
    : Number.NaN;
}
