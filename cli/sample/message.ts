import type { Reason } from '../../shared/reasons.ts';
import type { Source } from '../../shared/verdict.ts';
import type { Tenant } from './cast.ts';
import { noGap, toJson, type Gap, type JsonObject } from './json.ts';
import { setScene, type Product } from './product.ts';
import type { Random } from './random.ts';

export interface SampleMessage {
  readonly body: Buffer;
  /** The product that frames it; a mixed message holds records of others too. */
  readonly source: Source;
  readonly expect: Expectation;
}

/** What should come of a message. */
export interface Expectation {
  /** How many records to archive, by category: `{ 'entra/SignInLogs': 12 }` */
  readonly archived: Readonly<Record<string, number>>;
  /** Why there is a dead letter of it, where there is one: there is never more than one. */
  readonly deadLetter?: Reason;
}

/** A message before it is put together, so that a fault can still be worked into it. */
export interface Draft {
  readonly product: Product;
  readonly records: readonly SampleRecord[];
  readonly gap: Gap;
}

export interface SampleRecord {
  /** `entra/SignInLogs` */
  readonly category: string;
  readonly value: JsonObject;
  readonly text: string;
}

/** What drafts are made from. */
export interface Studio {
  readonly random: Random;
  readonly cast: readonly Tenant[];
  /** Event time of the next record, in milliseconds since 1970 UTC. */
  clock: number;
}

/** Diagnostic settings send at most 256 KB in a message. */
export const MAX_MESSAGE_BYTES = 256_000;
/** Room for `{"records":[]}`, and for a comma, with the widest gaps. */
const FRAMING_BYTES = 40;
const SEPARATOR_BYTES = 4;

const COMPACT_SHARE = 0.85;
const FULL_SHARE = 0.03;
const WHITE_SPACE = ['', '', '', ' ', '  ', '\n', '\r\n\t'];

/** Records for one message, each of one of the `products`; the first of them frames it. */
export function draft(studio: Studio, products: readonly [Product, ...Product[]], least = 1): Draft {
  const { random } = studio;
  const [product] = products;
  const gap = random.chance(COMPACT_SHARE) ? noGap : () => random.pick(WHITE_SPACE);
  const count = drawCount(random, product.mostRecords, least);
  const records: SampleRecord[] = [];
  for (let bytes = FRAMING_BYTES; records.length < count;) {
    const record = makeRecord(studio, random.pick(products), gap);
    bytes += Buffer.byteLength(record.text) + SEPARATOR_BYTES;
    if (bytes > MAX_MESSAGE_BYTES) break;
    records.push(record);
  }
  return { product, records, gap };
}

/** Infinity fills the message up to its size limit. */
function drawCount(random: Random, most: number, least: number): number {
  if (most === 1) return 1;
  return random.chance(FULL_SHARE) ? Infinity : Math.max(least, random.integer(1, most));
}

function makeRecord(studio: Studio, product: Product, gap: Gap): SampleRecord {
  const { random, cast } = studio;
  const [name, make] = random.pick(Object.entries(product.makers));
  const value = make(setScene(random, cast, studio.clock));
  studio.clock += random.next() * 400;
  return { category: `${product.source}/${name}`, value, text: toJson(value, gap) };
}

export function finish({ product, records, gap }: Draft): SampleMessage {
  const texts = records.map(({ text }) => text);
  const expect = { archived: countByCategory(records) };
  return { body: Buffer.from(product.frame(texts, gap)), source: product.source, expect };
}

export function countByCategory(records: readonly SampleRecord[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { category } of records) counts[category] = (counts[category] ?? 0) + 1;
  return counts;
}
