import type { Category } from './judge/verdict.ts';
import { wildcards } from './wildcards.ts';

const FACTS = ['location', 'subscription', 'tenant', 'operation'] as const;
type Fact = (typeof FACTS)[number];

/** What a rule asks of a record, beside its source and category. */
export type Facts = Readonly<Record<Fact, string | undefined>>;

/** A rule as the setting has it. Patterns may hold `*` and `?`, and letters are alike in both cases. */
export interface RuleSetting extends Partial<
  Record<Fact | 'source' | 'category', string | readonly string[]>
> {
  readonly name?: string;
  readonly archive?: boolean;
  readonly forward?: boolean;
  readonly retentionDays?: number;
}

/** What is to become of the records that a rule is the first to fit. */
export interface Rule {
  /** Its own, or `rule-<n>`, counted from 1. */
  readonly name: string;
  readonly archive: boolean;
  readonly forward: boolean;
  readonly retentionDays: number | undefined;
}

/** The rule for a record; undefined where none fits, and everything is kept and passed on. */
export type ChooseRule = (category: Category, record: Buffer) => Rule | undefined;

interface CompiledRule extends Rule {
  readonly fitsCategory: (category: Category) => boolean;
  /** Undefined where source and category decide alone. */
  readonly fitsFacts: ((facts: Facts) => boolean) | undefined;
}

/** Its own, or its place in the list. */
export function nameOf(rule: RuleSetting, i: number): string {
  return rule.name ?? `rule-${i + 1}`;
}

/** Undefined where there are no rules, so that nobody asks. */
export function createChooseRule(settings: readonly RuleSetting[]): ChooseRule | undefined {
  if (settings.length === 0) return undefined;
  const rules = settings.map(compile);
  const byCategory = new Map<Category, readonly CompiledRule[]>();

  return function chooseRule(category, record) {
    const candidates = byCategory.get(category) ?? rules.filter((rule) => rule.fitsCategory(category));
    // Others come in any number, and are made anew each time.
    if (category.listed) byCategory.set(category, candidates);
    let facts: Facts | undefined;
    return candidates.find(({ fitsFacts }) => {
      if (!fitsFacts) return true;
      facts ??= factsOf(record);
      return fitsFacts(facts);
    });
  };
}

function compile(rule: RuleSetting, i: number): CompiledRule {
  const fitsSource = matcher(rule.source);
  const fitsCategory = categoryMatcher(rule.category);
  const asked = FACTS.flatMap((fact) =>
    rule[fact] === undefined ? [] : [{ fact, fits: matcher(rule[fact]) }],
  );
  return {
    name: nameOf(rule, i),
    archive: rule.archive ?? true,
    forward: rule.forward ?? true,
    retentionDays: rule.retentionDays,
    fitsCategory: (category) => fitsSource(category.source) && fitsCategory(category),
    fitsFacts:
      asked.length === 0 ? undefined : (facts) => asked.every(({ fact, fits }) => fits(facts[fact] ?? '')),
  };
}

/** Longer values are hostile: no place, id or operation is as long. */
const LONGEST_VALUE = 1_000;

function matcher(patterns: string | readonly string[] | undefined): (value: string) => boolean {
  if (patterns === undefined) return () => true;
  const choices = [patterns].flat().map(wildcards);
  return (value) => value.length <= LONGEST_VALUE && choices.some((fits) => fits(value));
}

/** By its name, or as `<source>/<name>` where the pattern says so. */
function categoryMatcher(patterns: RuleSetting['category']): (category: Category) => boolean {
  if (patterns === undefined) return () => true;
  const choices = [patterns].flat().map((pattern) => {
    const fits = matcher(pattern);
    const mayNameSource = pattern.includes('/');
    return ({ name, key }: Category) => fits(name) || (mayNameSource && fits(key));
  });
  return (category) => choices.some((fits) => fits(category));
}

/** Parses the record, which happens only where a rule asks for more than source and category. */
function factsOf(record: Buffer): Facts {
  const value = JSON.parse(record.toString()) as Readonly<Record<string, unknown>>;
  const resourceId = textIn(value, 'resourceId', 'ResourceId') ?? '';
  return {
    location: textIn(value, 'location', 'Location'),
    operation: textIn(value, 'operationName', 'OperationName', 'action'),
    subscription: /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1],
    tenant: textIn(value, 'tenantId', 'TenantId', 'org') ?? /^\/tenants\/([^/]+)/i.exec(resourceId)?.[1],
  };
}

function textIn(value: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = value[name];
    if (typeof found === 'string') return found;
  }
  return undefined;
}
