import { SOURCES } from '../judge/verdict.ts';

/** `entra/SignInLogs`, or `entra/*` for all of a source. */
const PATTERN = /^([a-z]+)\/.+$/;

/** Whether a category can fit it at all: a source that Sluice does not know would be passed over in silence. */
export function isCategoryPattern(pattern: string): boolean {
  const source = PATTERN.exec(pattern)?.[1];
  return SOURCES.some((known) => known === source);
}

export function fitsCategory(pattern: string, source: string, category: string): boolean {
  return pattern === `${source}/${category}` || pattern === `${source}/*`;
}
