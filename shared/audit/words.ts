import type { Partition } from '../message.ts';
import { HOUR, MINUTE } from '../time.ts';
import type { BlockPlace, Group, SumsDiffer } from './findings.ts';

export function nameOf({ namespace, hub, id }: Partition): string {
  return `${namespace}/${hub}/${id}`;
}

export function groupOf({ partition, container, source, category, hour: of }: Group): string {
  return `${nameOf(partition)} ${container}/${source}/${category} ${hour(of)}`;
}

export function placed({ blob, block, lines, messages }: BlockPlace): string {
  const of = messages ? `, messages ${messages[0]} to ${messages[1]}` : '';
  const at = lines ? `, lines ${lines[0]} to ${lines[1]}` : '';
  return `${blob}${at}${of} (block ${block})`;
}

const MOST_LISTED = 3;

export function some(texts: readonly string[]): string {
  const more = texts.length - MOST_LISTED;
  return texts.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

export function amount({ blocks, records, bytes }: SumsDiffer['found']): string {
  return `${count(records, 'record')} in ${count(blocks, 'block')} of ${count(bytes, 'byte')}`;
}

export function numbers({ first, last }: { readonly first: number; readonly last: number }): string {
  return first === last ? `message ${first}` : `messages ${first} to ${last}`;
}

export function times([least, greatest]: readonly [number, number]): string {
  return greatest - least < MINUTE
    ? `at ${minute(least)}`
    : `between ${minute(least)} and ${minute(greatest)}`;
}

/** `2026-11-20 10:11` */
export function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

/** `2026-11-20 10:00-11:00` */
export function hour(time: number): string {
  return `${minute(time)}-${minute(time + HOUR).slice(-5)}`;
}

export function format(n: number): string {
  return n.toLocaleString('en-US');
}

export function count(n: number, noun: string): string {
  return `${format(n)} ${noun}${n === 1 ? '' : 's'}`;
}
