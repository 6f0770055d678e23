import { createRequire } from 'node:module';
import type { ErrorObject } from 'ajv';
import { GENERATED } from '../generated.ts';
import { nameOf } from '../rules.ts';
import type { RuleSetting } from '../rules.ts';
import { RULES_SCHEMA } from './rules-schema.ts';
import { SETTINGS, textOf } from './settings.ts';
import type { Environment, Problems } from './settings.ts';
import type { Validator } from '../judge/validate.ts';

/** Reads `SLUICE_RULES`: a JSON list, checked against its schema. */
export function readRules(env: Environment, problems: Problems): readonly RuleSetting[] {
  const text = textOf(env, 'rules');
  if (text === '') return [];
  const rules = parse(text);
  const faults = rules instanceof Error ? [`is not JSON: ${rules.message}`] : faultsOf(rules);
  for (const fault of faults) {
    problems.push(`${SETTINGS.rules.name} ${fault}. docs/rules.md shows what a rule can say.`);
  }
  return faults.length === 0 ? (rules as readonly RuleSetting[]) : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function faultsOf(rules: unknown): string[] {
  // Loaded by those alone who have rules.
  const validate = createRequire(GENERATED)('./rules.cjs') as Validator;
  if (validate(rules)) return doubledNames(rules as readonly RuleSetting[]);
  const errors = validate.errors ?? [];
  // Of a choice, what is wrong with each of its parts says less than what is wrong with all of them.
  return errors.filter(({ schemaPath }) => !schemaPath.includes('/anyOf/')).map(explain);
}

function explain({ instancePath, keyword, message = '', params }: ErrorObject): string {
  const [, rule, key] = instancePath.split('/');
  if (rule === undefined) return 'must be a list of rules: [{ ... }]';
  const which = `has a rule (number ${Number(rule) + 1})`;
  if (keyword === 'additionalProperties') {
    const known = Object.keys(RULES_SCHEMA.items.properties).join(', ');
    return `${which} with "${String(params['additionalProperty'])}": a rule knows ${known}`;
  }
  if (key === undefined)
    return keyword === 'anyOf'
      ? `${which} without archive, forward and retentionDays`
      : `${which} that ${message}`;
  return `${which} whose ${key} ${EXPECTED[keyword] ?? message}`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  anyOf: 'must be a pattern of 1 to 200 characters, or a list of such patterns',
  pattern: 'must be 1 to 60 letters, digits, "-" and "_", the first of them a letter or a digit',
};

function doubledNames(rules: readonly RuleSetting[]): string[] {
  const names = rules.map(nameOf);
  const doubled = new Set(names.filter((name, i) => names.indexOf(name) !== i));
  return [...doubled].map((name) => `has more than one rule of the name "${name}"`);
}
