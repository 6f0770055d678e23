import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { joinJson, splitJson } from '../json/row-json.ts';
import type { Entity, EntityWrite } from '../sinks.ts';
import { addCategories, mergeMinutes } from '../ledger/tally.ts';
import type { MinuteTally, Tally } from '../ledger/tally.ts';
import { HOUR, MINUTE } from '../time.ts';
import type { DaySummary, Sightings } from './input.ts';
import { batchesOf } from './measures.ts';
import type { Flow, HourTally } from './measures.ts';

/** The table's partition for what is about all partitions of the source hubs together. None of theirs has a key without a `~`. */
export const CAPACITY_KEY = 'capacity';

/** Sorts by time: `hour-2026-11-20T10`, in the partition of the minutes that it is made of. */
export function hourKey(hour: number): string {
  return `hour-${new Date(hour).toISOString().slice(0, 13)}`;
}

/** Made of minutes that nothing can be added to any more, so whoever makes it makes the same. */
export function hourWrite({ counts, series, batches }: HourTally): EntityWrite {
  // Mostly digits and names that repeat: to a fifth. A row has at most 1 MiB, in which a text takes two bytes a character.
  const packed = deflateRawSync(JSON.stringify({ counts, series, batches })).toString('base64');
  const values = { messages: counts.messages, bytes: counts.bytes, ...splitJson('packed', packed) };
  return { rowKey: hourKey(counts.minute), ifMatch: undefined, values };
}

export function hourFrom({ values }: Entity): HourTally {
  const packed = Buffer.from(String(joinJson('packed', values)), 'base64');
  return JSON.parse(inflateRawSync(packed).toString()) as HourTally;
}

/** The minutes of an hour, in any order, as one. */
export interface HourSum {
  add(minute: MinuteTally): void;
  readonly sum: HourTally | undefined;
}

const MINUTES = HOUR / MINUTE;

export function sumOfHour(hour: number): HourSum {
  const messages = zeros();
  const bytes = zeros();
  const flows: Record<string, Record<keyof Flow, number[]>> = {};
  const categories: Record<string, Tally> = {};
  let rest: MinuteTally | undefined;
  let batches = 0;

  return {
    add(minute) {
      const at = (minute.minute - hour) / MINUTE;
      const plain = { ...minute, minute: hour, categories: {} };
      rest = rest ? mergeMinutes(rest, plain) : plain;
      // In place: a copy for every minute takes longer than all the rest.
      addCategories(categories, minute.categories);
      batches += batchesOf(minute);
      addTo(messages, at, minute.messages);
      addTo(bytes, at, minute.bytes);
      for (const [key, tally] of Object.entries(minute.categories)) {
        const flow = (flows[key] ??= { messages: zeros(), records: zeros(), bytes: zeros() });
        addTo(flow.messages, at, tally.messages);
        addTo(flow.records, at, tally.records);
        addTo(flow.bytes, at, tally.bytes);
      }
    },

    get sum() {
      return (
        rest && { counts: { ...rest, categories }, series: { messages, bytes, categories: flows }, batches }
      );
    },
  };
}

function zeros(): number[] {
  return Array.from({ length: MINUTES }, () => 0);
}

function addTo(series: number[], at: number, figure: number): void {
  series[at] = (series[at] ?? 0) + figure;
}

/** How far the hours of a partition have been made: all of them from `from` up to `upTo`. In milliseconds. */
export interface Mark {
  readonly from: number;
  readonly upTo: number;
}

export const MARKS = { prefix: 'rolled-', after: 'rolled.' } as const;

export function markWrite(
  partitionKey: string,
  { from, upTo }: Mark,
  ifMatch: string | undefined,
): EntityWrite {
  const values = { from: new Date(from).toISOString(), upTo: new Date(upTo).toISOString() };
  return { rowKey: `${MARKS.prefix}${partitionKey}`, ifMatch, values };
}

export function markFrom({ values }: Entity): Mark {
  return { from: Date.parse(String(values['from'])), upTo: Date.parse(String(values['upTo'])) };
}

/** `day-2026-11-20`, in the partition of `CAPACITY_KEY`. */
export function dayKey(day: number): string {
  return `day-${new Date(day).toISOString().slice(0, 10)}`;
}

export function dayWrite(summary: DaySummary): EntityWrite {
  return { rowKey: dayKey(summary.day), ifMatch: undefined, values: splitJson('summary', summary) };
}

export function dayFrom({ values }: Entity): DaySummary {
  return joinJson('summary', values) as DaySummary;
}

export const SIGHTINGS_KEY = 'sightings';

export function sightingsWrite(sightings: Sightings, ifMatch: string | undefined): EntityWrite {
  return { rowKey: SIGHTINGS_KEY, ifMatch, values: splitJson('sightings', sightings) };
}

export function sightingsFrom(entity: Entity | undefined): Sightings {
  return (entity ? joinJson('sightings', entity.values) : {}) as Sightings;
}
