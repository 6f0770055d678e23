import type { Alert } from './category-functions/alert.ts';
import { fitsCategory, isCategoryPattern } from './category-functions/category-pattern.ts';
import type { CategoryRecord } from './category-record.ts';
import { SluiceError } from './errors.ts';
import type { Log } from './log.ts';
import type { State } from './category-functions/state.ts';

export interface CategoryContext {
  /** The name of the category function. */
  readonly name: string;
  readonly log: Log;
  /** What the function remembers from batch to batch, shared by all instances. */
  readonly state: State;
  /** Writes an alert to the table `alerts`; once per record or cause, however often the record comes. */
  readonly alert: (record: CategoryRecord, alert: Alert) => Promise<void>;
}

export type CategoryHandler = (
  records: readonly CategoryRecord[],
  context: CategoryContext,
) => Promise<void> | void;

export interface CategoryFunction {
  readonly name: string;
  /** Each `entra/SignInLogs`, or `entra/*` for all of a source. */
  readonly patterns: readonly string[];
  readonly handler: CategoryHandler;
}

const registered = new Map<string, CategoryFunction>();

/**
 * Registers a function for the records of a category, or of several. It is handed them in order, as they come off the second hub, at least once.
 * It must be a named function: the name is how its dead letters and alerts are told from others'.
 * Answers what is registered; a file that exports it can be tested by handing it records.
 */
export function onCategory(pattern: string | readonly string[], handler: CategoryHandler): CategoryFunction {
  const { name } = handler;
  const patterns = typeof pattern === 'string' ? [pattern] : pattern;
  if (name === '')
    throw clash(
      `The function for '${patterns.join(', ')}' has no name: write "async function name(records) {...}".`,
    );
  const misfit = patterns.find((one) => !isCategoryPattern(one));
  if (misfit !== undefined)
    throw clash(`'${misfit}' of '${name}' is no category: expected "entra/SignInLogs" or "entra/*".`);
  if (registered.has(name))
    throw clash(`Two category functions are named '${name}': give one of them another name.`);
  const registration = { name, patterns, handler };
  registered.set(name, registration);
  return registration;
}

export function categoryFunctionsFor(source: string, category: string): CategoryFunction[] {
  return [...registered.values()].filter(({ patterns }) =>
    patterns.some((pattern) => fitsCategory(pattern, source, category)),
  );
}

function clash(message: string): SluiceError {
  return new SluiceError('category-clash', message);
}
