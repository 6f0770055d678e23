/** What a record is made of. Whole numbers that a double cannot hold are written as bigint. */
export type Json = string | number | bigint | boolean | null | Numeral | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A number in the digits that it is to be written with: `-0.000000` is what some products make of a zero. */
export class Numeral {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/** Gives the white space before the next token. */
export type Gap = () => string;

/** JSON text with every digit of a bigint as it is; compact unless a gap is given. */
export function toJson(value: Json, gap: Gap = noGap): string {
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (value instanceof Numeral) return value.digits;
  if (!isObject(value)) return `[${value.map((member) => gap() + toJson(member, gap)).join(',')}${gap()}]`;
  const members = Object.entries(value).map(([key, member]) => toMember(key, member, gap));
  return `{${members.join(',')}${gap()}}`;
}

function toMember(key: string, value: Json, gap: Gap): string {
  return `${gap()}${JSON.stringify(key)}${gap()}:${gap()}${toJson(value, gap)}`;
}

export const noGap: Gap = () => '';

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !(value instanceof Numeral) && !Array.isArray(value);
}
