import {
  DuckDBArrayType,
  DuckDBArrayValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
} from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';

/** Kinds of numbers whose digits are their JSON. */
const WHOLE: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
]);

/** A value as JSON text, with every digit of its numbers; what is JSON already stays as it is. */
export function toJson(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return 'null';
  if (type.alias === 'JSON') return String(value);
  if (isWhole(type)) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  if (value instanceof DuckDBDecimalValue) return decimal(value);
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType) return structJson(value, type);
  if (value instanceof DuckDBMapValue && type instanceof DuckDBMapType) return mapJson(value, type);
  if (isListed(value) && (type instanceof DuckDBListType || type instanceof DuckDBArrayType))
    return `[${value.items.map((item) => toJson(item, type.valueType)).join(',')}]`;
  return JSON.stringify(plainText(value));
}

/** A value as a person reads it; '' where there is none. */
export function toText(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  const isNested = value instanceof DuckDBStructValue || value instanceof DuckDBMapValue || isListed(value);
  if (isNested) return toJson(value, type);
  return value instanceof DuckDBDecimalValue ? decimal(value) : plainText(value);
}

/** Whether a value is a number, or what else no program takes for a formula. */
export function isNumeric(type: DuckDBType): boolean {
  return isWhole(type) || NUMERIC.has(type.typeId);
}

export function isWhole({ typeId }: DuckDBType): boolean {
  return WHOLE.has(typeId);
}

const NUMERIC: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.DECIMAL,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
]);

function isListed(value: DuckDBValue): value is DuckDBListValue | DuckDBArrayValue {
  return value instanceof DuckDBListValue || value instanceof DuckDBArrayValue;
}

function structJson({ entries }: DuckDBStructValue, type: DuckDBStructType): string {
  const members = type.entryNames.map((name, i) => {
    const entryType = type.entryTypes[i];
    return `${JSON.stringify(name)}:${entryType ? toJson(entries[name] ?? null, entryType) : 'null'}`;
  });
  return `{${members.join(',')}}`;
}

function mapJson({ entries }: DuckDBMapValue, { keyType, valueType }: DuckDBMapType): string {
  const members = entries.map(
    ({ key, value }) => `${JSON.stringify(toText(key, keyType))}:${toJson(value, valueType)}`,
  );
  return `{${members.join(',')}}`;
}

/** Without the zeros that only its type has added. */
function decimal(value: DuckDBDecimalValue): string {
  const text = value.toString();
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function plainText(value: DuckDBValue): string {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return iso(value.toString());
  return String(value);
}

/** `2026-11-20T10:00:00.123456Z`: every time here is in UTC. */
function iso(text: string): string {
  return /^\d{4}-/.test(text) ? `${text.replace(' ', 'T').replace(/\+00(?::00)?$/, '')}Z` : text;
}
