/** Digits enough to be beyond 2^53, where numbers of JavaScript stop being exact. */
const MANY_DIGITS = /\d{16}/;
const WHOLE_NUMBER = /^-?\d+$/;

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/** Parses JSON without rounding: a whole number beyond 2^53 becomes a `bigint`. */
export function parseExactly(text: string): unknown {
  return MANY_DIGITS.test(text)
    ? JSON.parse(text, exactNumber as Parameters<typeof JSON.parse>[1])
    : JSON.parse(text);
}

const exactNumber: Reviver = function exactNumber(_key, value, context) {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return WHOLE_NUMBER.test(source) ? BigInt(source) : value;
};
