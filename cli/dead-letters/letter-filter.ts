import { originalName } from '../../shared/names.ts';
import { wildcards } from '../../shared/wildcards.ts';
import { isWithin } from '../time-range.ts';
import type { TimeRange } from '../time-range.ts';
import { categoryOfLetter } from './letter.ts';
import type { Letter } from './letter.ts';

/** What the command line asks for; in patterns, `*` stands for any characters and `?` for one. */
export interface LetterQuery {
  readonly range: TimeRange;
  readonly reason?: readonly string[] | undefined;
  readonly source?: readonly string[] | undefined;
  /** With its source: `entra/SignInLogs`. */
  readonly category?: readonly string[] | undefined;
  readonly handler?: readonly string[] | undefined;
}

export interface LetterFilter {
  readonly range: TimeRange;
  /** Whether a folder of the container can hold what is asked for. */
  readonly isWantedFolder: (source: string, category: string) => boolean;
  readonly isWanted: (letter: Letter) => boolean;
}

/** The folder of what category functions failed on; the folders in it are named for the functions. */
export const HANDLERS = 'handlers';
const HANDLER_FAILED = 'handler-failed';

export function createLetterFilter(query: LetterQuery): LetterFilter {
  const { range } = query;
  const [reason, source, category, handler] = [
    anyOf(query.reason),
    anyOf(query.source),
    anyOf(query.category),
    anyOf(query.handler),
  ];

  return {
    range,
    isWantedFolder(first, second) {
      // A long name is cut in the path; the letters themselves have it whole.
      const name = originalName(second);
      if (first === HANDLERS) return reason(HANDLER_FAILED) && (name === undefined || handler(name));
      const isWantedName = name === undefined || category(`${first}/${name}`);
      return query.handler === undefined && source(first) && isWantedName;
    },
    isWanted: (letter) =>
      reason(letter.reason) &&
      source(letter.source) &&
      category(categoryOfLetter(letter)) &&
      (query.handler === undefined || (letter.handler !== undefined && handler(letter.handler))) &&
      isWithin(range, letter.origin.enqueuedTime),
  };
}

/** Without patterns, everything fits. */
function anyOf(patterns: readonly string[] | undefined): (text: string) => boolean {
  const fits = patterns?.map(wildcards);
  return (text) => !fits || fits.some((fit) => fit(text));
}
