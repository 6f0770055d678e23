import type { Source } from '../../shared/judge/verdict.ts';
import { APPS, type App, type Device, type Person, type Tenant } from './cast.ts';
import type { Gap, Json, JsonObject } from './json.ts';
import type { Random } from './random.ts';
import { american, iso } from './times.ts';

/** What a record is about: who did it, with which app, and when. */
export interface Scene {
  readonly random: Random;
  readonly tenant: Tenant;
  readonly person: Person;
  /** Whom it was done to; may be the same person. */
  readonly colleague: Person;
  readonly app: App;
  /** Event time, in milliseconds since 1970 UTC, with a fraction. */
  readonly time: number;
}

/** Makes one valid record of a category. */
export type Maker = (scene: Scene) => JsonObject;

/** Makes a valid record invalid. */
export type Spoiler = (record: JsonObject) => JsonObject;

/** How a product fills in the fields that its schemas name. */
export interface Habits {
  /** How much of what may be missing is there, 0 to 1. */
  readonly present: number;
  /** How much of what may be null is, 0 to 1. */
  readonly empty: number;
  /** How it writes a time inside a record. */
  readonly time: (time: number) => string;
  /** By which of its ids it calls a device. */
  readonly deviceOf: (device: Device) => string;
}

/** By the id that Entra ID gives it. */
export function directoryId({ id }: Device): string {
  return id;
}

export interface Product {
  readonly source: Source;
  /**
   * The categories with a maker of their own, named as in `<source>/<category>`: a new one is a new entry. The others
   * have theirs made from their schemas.
   */
  readonly makers: Readonly<Record<string, Maker>>;
  /** What every record of a category has around what its schema says. */
  readonly outline: (scene: Scene, category: string) => JsonObject;
  readonly habits: Habits;
  /** Empty where no record can be invalid. */
  readonly spoilers: readonly Spoiler[];
  /** The record as it comes when the product delivers it once more. */
  readonly redelivered: (record: JsonObject, time: number) => JsonObject;
  /** The most records that a message holds; it also ends at the size limit. */
  readonly mostRecords: number;
  /** Puts the JSON texts of records together to the text of a message. */
  readonly frame: (records: readonly string[], gap: Gap) => string;
}

/** The framing of diagnostic settings and of Defender. */
export function frameRecords(records: readonly string[], gap: Gap): string {
  return `{${gap()}"records"${gap()}:${gap()}[${records.map((record) => gap() + record).join(',')}${gap()}]${gap()}}`;
}

/** Diagnostic settings deliver a record again with the same `properties` and another time around them. */
export function withEnvelopeTime(record: JsonObject, time: number): JsonObject {
  const name = 'time' in record ? 'time' : 'Time';
  const before = record[name];
  if (typeof before !== 'string') return record;
  return { ...record, [name]: before.includes('/') ? american(time) : iso(time) };
}

export function setScene(random: Random, cast: readonly Tenant[], time: number): Scene {
  const tenant = random.pick(cast);
  return {
    random,
    tenant,
    person: random.pick(tenant.people),
    colleague: random.pick(tenant.people),
    app: random.pick(APPS),
    time,
  };
}

export function withValue(field: string, value: Json): Spoiler {
  return (record) => ({ ...record, [field]: value });
}

export function without(...fields: readonly string[]): Spoiler {
  return (record) => Object.fromEntries(Object.entries(record).filter(([key]) => !fields.includes(key)));
}
