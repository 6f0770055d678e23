import type { LineSpan } from '../../shared/blocks/draft.ts';
import { startIn } from '../../shared/judge/span.ts';
import type { Gathered, Span } from '../../shared/judge/span.ts';
import type { TakenMessage } from '../../shared/take-apart/take-apart.ts';

/** What was found of one record of a span. */
export interface FoundRecord extends Omit<Span, keyof Gathered> {
  readonly key: unknown;
  readonly index: number;
  readonly offset: number;
  readonly repaired: boolean;
}

/** The records of a message one by one, however they were taken together. */
export function recordsIn({ spans }: Pick<TakenMessage, 'spans'>): FoundRecord[] {
  return spans.flatMap(({ span, index, offset, repaired }) => {
    const { ends, keys, keyEnds, category, problems, partitionKey, label, unseen } = span;
    return [...ends].map((end, i) => ({
      category,
      problems,
      partitionKey,
      label,
      unseen,
      bytes: span.bytes.subarray(startIn({ ends }, i), end),
      key: JSON.parse(keys.slice(startIn({ ends: keyEnds }, i), keyEnds[i])) as unknown,
      index: index + i,
      offset: offset + startIn({ ends }, i),
      repaired,
    }));
  });
}

export interface Sums {
  readonly scopes: Readonly<Record<string, number>>;
  readonly least: number;
  readonly greatest: number;
  readonly hasLineBreaks: boolean;
}

const NOTHING_GATHERED: Sums = { scopes: {}, least: Infinity, greatest: -Infinity, hasLineBreaks: false };

/** By category, what is gathered of its records: how many there are of each scope, the range of their times, and whether any has a line break. */
export function sumsIn({ spans }: Pick<TakenMessage, 'spans'>): Map<string, Sums> {
  const found = new Map<string, Sums>();
  for (const { span } of spans) {
    const before = found.get(span.category.key) ?? NOTHING_GATHERED;
    const scopes = { ...before.scopes };
    for (const { scope, records } of span.scopes) scopes[scope] = (scopes[scope] ?? 0) + records;
    const least = Math.min(before.least, span.times?.least ?? Infinity);
    const greatest = Math.max(before.greatest, span.times?.greatest ?? -Infinity);
    const hasLineBreaks = before.hasLineBreaks || span.hasLineBreaks;
    found.set(span.category.key, { scopes, least, greatest, hasLineBreaks });
  }
  return found;
}

/** All that is found of a message, but for how its records are taken together. */
export function oneByOne(taken: TakenMessage): object {
  const { spans: _spans, ...others } = taken;
  return { ...others, records: recordsIn(taken), sums: sumsIn(taken) };
}

/** The same, but for the fields that no schema names: of a key that is there twice, parsing leaves the last value; the sieve counts both. */
export function withoutUnseen(taken: TakenMessage): object {
  const spans = taken.spans.map(({ span, ...others }) => ({ ...others, span: { ...span, unseen: [] } }));
  return oneByOne({ ...taken, spans });
}

/** The lines of spans one by one, with their indexes. */
export function linesOf(
  spans: readonly LineSpan[],
): (Omit<LineSpan, 'ends' | 'keys' | 'keyEnds'> & { readonly key: unknown })[] {
  return spans.flatMap(({ bytes, ends, keys, keyEnds, index, ...facts }) =>
    [...ends].map((end, i) => ({
      ...facts,
      bytes: bytes.subarray(startIn({ ends }, i), end),
      index: index + i,
      key: JSON.parse(keys.slice(startIn({ ends: keyEnds }, i), keyEnds[i])) as unknown,
    })),
  );
}
