import type { ErrorObject } from 'ajv';

import type { Rules } from './catalogue.ts';
import { compilePointer, escapeToken } from '../json/json-pointer.ts';
import { fits } from './shape.ts';
import type { Problem } from './verdict.ts';

/** So many say what is wrong with a record; a hostile one has millions. The generated code stops collecting there too. */
export const MAX_PROBLEMS = 10;

/** What Ajv generates from a schema. */
export interface Validator {
  (value: unknown): boolean;
  errors?: readonly ErrorObject[] | null;
}

const VALID: readonly Problem[] = Object.freeze([]);

/** What the category's schema finds wrong, at most `MAX_PROBLEMS`; the same empty array for every valid record. */
export function validate(value: unknown, rules: Rules): readonly Problem[] {
  // The walk over a record's own fields takes a third of parsing; the generated code, which asks for each field of the
  // schema, takes up to 25 times as long as parsing where the fields of records change.
  const shape = rules.shape();
  return shape && fits(shape, value) ? VALID : problemsOf(value, rules);
}

/** The same of a value that does not fit the shape. */
export function problemsOf(value: unknown, rules: Rules): readonly Problem[] {
  const validator = rules.validator();
  return !validator || validator(value) ? VALID : explainAll(validator.errors ?? [], value);
}

function explainAll(errors: readonly ErrorObject[], value: unknown): readonly Problem[] {
  const problems: Problem[] = [];
  for (const error of errors.slice(0, MAX_PROBLEMS)) {
    // `if` only says that its `then` or `else` has failed, which has a problem of its own.
    if (error.keyword === 'if') continue;
    const { pointer, message } = explain(error, value);
    if (!problems.some((other) => other.pointer === pointer && other.message === message))
      problems.push({ pointer, message });
  }
  return problems;
}

function explain(error: ErrorObject, value: unknown): Problem {
  const pointer = error.instancePath;
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'type':
      return {
        pointer,
        message: `must be ${kinds(params.type)}, is ${kindOf(compilePointer(pointer)(value))}`,
      };
    case 'required':
      return { pointer: `${pointer}/${escapeToken(String(params.missingProperty))}`, message: 'is missing' };
    case 'additionalProperties':
      return {
        pointer: `${pointer}/${escapeToken(String(params.additionalProperty))}`,
        message: 'is not allowed',
      };
    case 'enum':
      return { pointer, message: `must be one of ${JSON.stringify(params.allowedValues)}` };
    default:
      return { pointer, message: error.message ?? `fails ${error.keyword}` };
  }
}

function kinds(type: unknown): string {
  return Array.isArray(type) ? type.join(' or ') : String(type);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
