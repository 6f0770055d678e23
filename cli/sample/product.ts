import type { Source } from '../../shared/verdict.ts';
import { APPS, type App, type Person, type Tenant } from './cast.ts';
import type { Gap, JsonObject } from './json.ts';
import type { Random } from './random.ts';

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

export interface Product {
  readonly source: Source;
  /** By category, named as in `<source>/<category>`: a new category is a new entry. */
  readonly makers: Readonly<Record<string, Maker>>;
  /** Empty where no record can be invalid. */
  readonly spoilers: readonly Spoiler[];
  /** The most records that a message holds; it also ends at the size limit. */
  readonly mostRecords: number;
  /** Puts the JSON texts of records together to the text of a message. */
  readonly frame: (records: readonly string[], gap: Gap) => string;
}

/** The framing of diagnostic settings and of Defender. */
export function frameRecords(records: readonly string[], gap: Gap): string {
  return `{${gap()}"records"${gap()}:${gap()}[${records.map((record) => gap() + record).join(',')}${gap()}]${gap()}}`;
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

export function withValue(field: string, value: string | number): Spoiler {
  return (record) => ({ ...record, [field]: value });
}

export function without(field: string): Spoiler {
  return (record) => Object.fromEntries(Object.entries(record).filter(([key]) => key !== field));
}
