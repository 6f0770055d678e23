import type { Annotations } from '../judge/catalogue.ts';
import { fitsCategory, isCategoryPattern } from '../category-functions/category-pattern.ts';
import { safeName } from '../names.ts';
import { MOST_DAYS } from '../retention.ts';
import { expected, readList } from '../settings/settings.ts';
import type { Environment, Problems } from '../settings/settings.ts';
import type { Tier } from '../sinks.ts';

/** From this day after the end of its hour, a blob belongs into the tier. In ascending order. */
export interface TierStep {
  readonly tier: Exclude<Tier, 'Hot'>;
  readonly days: number;
}

/** What the setting says for the categories that fit. */
export interface TierRule {
  /** `entra/SignInLogs`, `entra/*`; undefined for all that neither an exception nor a schema has tiers for. */
  readonly pattern: string | undefined;
  readonly steps: readonly TierStep[];
}

const NAMES = { cool: 'Cool', cold: 'Cold', archive: 'Archive' } as const;

/**
 * The steps of a category, named as in the path of a blob: the setting's exception, else its schema's annotations, else the setting. Each is taken as a whole: days
 * from several places, put together, would have an order that nobody has written down.
 */
export function tiersOf(
  source: string,
  category: string,
  annotations: Annotations,
  rules: readonly TierRule[],
): readonly TierStep[] {
  const exception = rules.find(
    ({ pattern }) => pattern !== undefined && fitsCategory(asInPath(pattern), source, category),
  );
  if (exception) return exception.steps;
  const annotated = annotatedTiers(annotations);
  if (annotated.length > 0) return annotated;
  return rules.find(({ pattern }) => pattern === undefined)?.steps ?? [];
}

function asInPath(pattern: string): string {
  const [source = '', ...category] = pattern.split('/');
  return pattern.endsWith('/*') ? pattern : `${source}/${safeName(category.join('/'))}`;
}

export function annotatedTiers(annotations: Annotations): readonly TierStep[] {
  const { coolAfterDays, coldAfterDays, archiveAfterDays } = annotations;
  const days = { cool: coolAfterDays, cold: coldAfterDays, archive: archiveAfterDays };
  return stepsFrom((name) => days[name]);
}

function stepsFrom(daysOf: (name: keyof typeof NAMES) => number | undefined): readonly TierStep[] {
  return (['cool', 'cold', 'archive'] as const).flatMap((name) => {
    const days = daysOf(name);
    return days === undefined ? [] : [{ tier: NAMES[name], days }];
  });
}

/** Whether each tier comes later than the one before it. */
export function ascend(steps: readonly TierStep[]): boolean {
  return steps.every(({ days }, i) => i === 0 || days > (steps[i - 1]?.days ?? 0));
}

const FORM =
  'tiers with days, such as cool=30, archive=180, and exceptions such as entra/SignInLogs:cool=7 or github/*:none; ' +
  `cool, cold and archive in ascending order, days from 1 to ${MOST_DAYS}`;

/** Reads `SLUICE_TIERS`: parts between commas, each `tier=days`, `category:tier=days` or `category:none`. */
export function readTiers(env: Environment, problems: Problems): readonly TierRule[] {
  const parts = readList(env, 'tiers').map(partFrom);
  const byPattern = Map.groupBy(parts, (part) => part?.pattern);
  const rules = [...byPattern].map(([pattern, own]) => {
    const days = new Map(own.flatMap((part) => (part?.step ? [part.step] : [])));
    const isDoubled = days.size < own.length && own.length > 1;
    const steps = stepsFrom((name) => days.get(name));
    return { pattern, steps, isWrong: isDoubled || !ascend(steps) };
  });
  if (parts.includes(undefined) || rules.some(({ isWrong }) => isWrong))
    problems.push(expected(env, 'tiers', FORM));
  return rules.map(({ pattern, steps }) => ({ pattern, steps }));
}

interface Part {
  readonly pattern: string | undefined;
  /** Undefined for `none`. */
  readonly step: readonly [keyof typeof NAMES, number] | undefined;
}

/** Undefined where it is written wrongly. A category may hold a colon, so the last one counts. */
function partFrom(text: string): Part | undefined {
  const [, pattern, tier = '', digits] =
    /^(?:(.*\S)\s*:\s*)?(cool|cold|archive|none)(?:\s*=\s*(\d{1,6}))?$/.exec(text) ?? [];
  if (pattern !== undefined && !isCategoryPattern(pattern)) return undefined;
  if (tier === 'none')
    return pattern !== undefined && digits === undefined ? { pattern, step: undefined } : undefined;
  const days = Number(digits ?? 0);
  if (!isTierName(tier) || days < 1 || days > MOST_DAYS) return undefined;
  return { pattern, step: [tier, days] };
}

function isTierName(text: string): text is keyof typeof NAMES {
  return text in NAMES;
}
