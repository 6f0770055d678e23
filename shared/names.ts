import { createHash } from 'node:crypto';
import type { Partition } from './message.ts';

/** Categories come from data, and data can be hostile; a longer name is cut and told apart by its hash. */
const LONGEST_NAME = 100;
const KEPT_OF_A_LONG_NAME = 60;

/**
 * A category as a part of a blob name, an index tag and a table key: letters, digits, `-` and `_` stay, every other byte becomes
 * `+` and two hex digits. Two categories never share a name, and none can leave its place.
 * (Tags allow `+ - . : = _ /` beside letters and digits: `storage-manage-find-blobs`.)
 */
export function safeName(name: string): string {
  if (/^[\w-]{1,100}$/.test(name)) return name;
  const bytes = Buffer.from(name);
  if (bytes.length === 0) return '+';
  const escaped = Array.from(bytes.subarray(0, LONGEST_NAME), escapeByte).join('');
  if (bytes.length <= LONGEST_NAME && escaped.length <= LONGEST_NAME) return escaped;
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return `${escaped.slice(0, KEPT_OF_A_LONG_NAME)}++${hash}`;
}

function escapeByte(byte: number): string {
  const char = String.fromCharCode(byte);
  return /[\w-]/.test(char) ? char : `+${byte.toString(16).padStart(2, '0')}`;
}

/** The other way round; undefined for a name that was cut. */
export function originalName(safe: string): string | undefined {
  if (safe.includes('++')) return undefined;
  const bytes =
    safe === '+' ? '' : safe.replaceAll(/\+([0-9a-f]{2})/g, (_, hex: string) => unescapeByte(hex));
  return Buffer.from(bytes, 'latin1').toString();
}

function unescapeByte(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** The first label of a host name: `contoso` of `contoso.servicebus.windows.net`. */
export function namespaceOf(host: string): string {
  return (/^[^.:/]*/.exec(host)?.[0] ?? '').toLowerCase();
}

/** The table's partition key of a source-hub partition. No part of it can hold a `~`. */
export function partitionKeyOf({ namespace, hub, id }: Partition): string {
  return `${namespace}~${hub}~${id}`;
}

/**
 * What all blobs of a category, hour and source partition have in common:
 * `entra/SignInLogs/y=2026/m=11/d=20/h=10/contoso-logs-p0-`, to which the number of the blob and the ending are added. What a rule
 * keeps for days of its own has blobs of its own: `contoso-logs-p0-r30-`.
 */
export function blobPrefix(
  source: string,
  category: string,
  hour: number,
  partition: Partition,
  ruleDays?: number,
): string {
  const days = ruleDays === undefined ? '' : `r${ruleDays}-`;
  return `${source}/${safeName(category)}/${hourPath(hour)}/${partitionLabel(partition)}-${days}`;
}

let latestHour = Number.NaN;
let latestPath = '';

/** Blobs are mostly named for the same hour. */
export function hourPath(hour: number): string {
  if (hour === latestHour) return latestPath;
  const [year, month, day, hourOfDay] = new Date(hour).toISOString().split(/[-T:]/);
  latestHour = hour;
  latestPath = `y=${year}/m=${month}/d=${day}/h=${hourOfDay}`;
  return latestPath;
}

/** A partition in the names of its blobs: `contoso-logs-p0`. */
export function partitionLabel({ namespace, hub, id }: Partition): string {
  return `${namespace}-${hub}-p${id}`;
}

/** The other way round; undefined for a key that is none of ours. */
export function partitionFrom(key: string): Partition | undefined {
  const [namespace, hub, id, ...rest] = key.split('~');
  return namespace && hub && id && rest.length === 0 ? { namespace, hub, id } : undefined;
}
