import type { Reason } from '../../shared/take-apart/reasons.ts';
import type { Source } from '../../shared/judge/verdict.ts';
import type { Tenant } from './cast.ts';
import { noGap, toJson, type Gap, type JsonObject } from './json.ts';
import { setScene, type Product } from './product.ts';
import type { Random } from './random.ts';
import type { Selected } from './selection.ts';

export interface SampleMessage {
  readonly body: Buffer;
  /** The product that frames it; a mixed message holds records of others too. */
  readonly source: Source;
  /** The name of the fault that was worked into it, if any. */
  readonly fault?: string;
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
  /** Records per message on average; undefined leaves it to the product. */
  readonly meanRecords: number | undefined;
  /** The longest time from a record to the next, in milliseconds. */
  readonly longestStep: number;
  /** Event time of the next record, in milliseconds since 1970 UTC. */
  clock: number;
  /** Records of each product that may be delivered again. */
  readonly delivered: Map<Product, SampleRecord[]>;
}

/** Diagnostic settings send at most 256 KB in a message. */
export const MAX_MESSAGE_BYTES = 256_000;
/** Room for `{"records":[]}`, and for a comma, with the widest gaps. */
const FRAMING_BYTES = 40;
const SEPARATOR_BYTES = 4;

const COMPACT_SHARE = 0.85;
const FULL_SHARE = 0.03;
const WHITE_SPACE = ['', '', '', ' ', '  ', '\n', '\r\n\t'];

/** Of a product's records, how many are of the categories that fill most of a real stream. */
const FREQUENT_SHARE = 0.9;

/** One tenant's sign-ins came again in 4% of the cases, and its graph activities in 2.7%. */
const REDELIVERED_SHARE = 0.033;
const REMEMBERED = 50;
const LATEST_REDELIVERY_MS = 600_000;

/** Records for one message, each of one of the products; the first of them frames it. */
export function draft(studio: Studio, products: readonly [Selected, ...Selected[]], least = 1): Draft {
  const { random } = studio;
  const [{ product }] = products;
  const gap = random.chance(COMPACT_SHARE) ? noGap : () => random.pick(WHITE_SPACE);
  const count = drawCount(studio, product.mostRecords, least);
  const records: SampleRecord[] = [];
  for (let bytes = FRAMING_BYTES; records.length < count;) {
    const record = nextRecord(studio, random.pick(products), gap);
    bytes += Buffer.byteLength(record.text) + SEPARATOR_BYTES;
    if (bytes > MAX_MESSAGE_BYTES) break;
    records.push(record);
  }
  return { product, records, gap };
}

/** Infinity fills the message up to its size limit. */
function drawCount({ random, meanRecords }: Studio, most: number, least: number): number {
  if (most === 1) return 1;
  if (meanRecords !== undefined) return Math.max(least, random.integer(1, 2 * meanRecords - 1));
  return random.chance(FULL_SHARE) ? Infinity : Math.max(least, random.integer(1, most));
}

function nextRecord(studio: Studio, selected: Selected, gap: Gap): SampleRecord {
  const { random, delivered } = studio;
  const { product } = selected;
  const before = delivered.get(product) ?? [];
  if (before.length > 0 && random.chance(REDELIVERED_SHARE)) {
    const { category, value } = random.pick(before);
    const copy = product.redelivered(value, studio.clock + random.next() * LATEST_REDELIVERY_MS);
    return { category, value: copy, text: toJson(copy, gap) };
  }
  const record = makeRecord(studio, selected, gap);
  delivered.set(product, [...before, record].slice(-REMEMBERED));
  return record;
}

function makeRecord(studio: Studio, { product, makers, frequent, rare }: Selected, gap: Gap): SampleRecord {
  const { random, cast } = studio;
  const isFrequent = rare.length === 0 || (frequent.length > 0 && random.chance(FREQUENT_SHARE));
  const name = random.pick(isFrequent ? frequent : rare);
  const value = makers.get(name)?.(setScene(random, cast, studio.clock)) ?? {};
  studio.clock += random.next() * studio.longestStep;
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
