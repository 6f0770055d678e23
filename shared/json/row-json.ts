import type { EntityValue } from '../sinks.ts';

/** A table's text property holds 32,768 UTF-16 characters (64 KiB). */
const LONGEST_PART = 32_000;

/** A row has at most 1 MiB. */
const MOST_PARTS = Math.ceil(2 ** 20 / (2 * LONGEST_PART));

/** The names of all properties that a value may take. */
export function jsonColumns(name: string): string[] {
  return Array.from({ length: MOST_PARTS }, (_, i) => partName(name, i));
}

/** A value as JSON in as many text properties as it needs: `plan`, `plan1`, `plan2` ... */
export function splitJson(name: string, value: unknown): Record<string, string> {
  const json = JSON.stringify(value);
  if (json.length <= LONGEST_PART) return { [partName(name, 0)]: json };
  const parts: Record<string, string> = {};
  for (let i = 0, start = 0; start < json.length; i++) {
    const end = partEnd(json, start);
    parts[partName(name, i)] = json.slice(start, end);
    start = end;
  }
  return parts;
}

/** Not between the halves of a surrogate pair, which would not come back. */
function partEnd(json: string, start: number): number {
  const end = start + LONGEST_PART;
  return json.slice(start, end).isWellFormed() ? end : end - 1;
}

/** Undefined where there is no such property. */
export function joinJson(name: string, values: Readonly<Record<string, EntityValue>>): unknown {
  let json = '';
  for (let i = 0; ; i++) {
    const part = values[partName(name, i)];
    if (typeof part !== 'string') break;
    json += part;
  }
  return json === '' ? undefined : JSON.parse(json);
}

function partName(name: string, i: number): string {
  return i === 0 ? name : `${name}${i}`;
}
