import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createRandom } from '../../cli/sample/random.ts';
import { ByteWalk } from '../../shared/judge/byte-walk.ts';
import { catalogue } from '../../shared/judge/catalogue.ts';
import { judge } from '../../shared/judge/judge.ts';
import { Sieve } from '../../shared/judge/sieve.ts';
import { spanOf } from '../../shared/judge/span.ts';
import type { Span } from '../../shared/judge/span.ts';
import type { Verdict } from '../../shared/judge/verdict.ts';
import { takeApart } from '../../shared/take-apart/take-apart.ts';
import { readFixtures } from '../../test/category-fixtures.ts';
import { mutate, MUTATION_KINDS } from '../../test/support/mutations.ts';
import { sampleRecords } from '../../test/support/records.ts';
import { withoutUnseen } from '../../test/support/spans.ts';

export interface DifferentialOptions {
  readonly records: number;
  readonly seed: number;
  /** Of this one alone, `<source>/<name>`, and not of all. */
  readonly category?: string;
  /** Another than that of the pipeline, for a test. */
  readonly sieve?: Sieve;
  readonly onProgress?: (done: number, disagreements: number) => void;
}

export interface Disagreement {
  readonly what: string;
  readonly record: Buffer;
}

export interface DifferentialResult {
  readonly records: number;
  readonly categories: number;
  /** Of the records: those that are JSON, those of them that Ajv finds valid, and those of them that the sieve lets through. */
  readonly json: number;
  readonly valid: number;
  readonly through: number;
  /** Of the invalid ones: those whose problems the sieve knew from others that do not fit in the same way. */
  readonly known: number;
  readonly disagreements: readonly Disagreement[];
}

/** Who has disagreed so often has disagreed enough. */
const MOST_DISAGREEMENTS = 20;
const MOST_MUTATIONS = 3;
const SAMPLES = 300;
const SUFFIX = '.schema.json';
/** So many records that began alike stand side by side in a message. */
const NEIGHBOURS = 8;
const LIMITS = { maxUnpackedBytes: 2 ** 26, maxUnpackedRatio: 250 };
/** The walk reads no deeper. */
const MAX_DEPTH = 64;

/**
 * Holds the walk over bytes against `JSON.parse`, and the sieve against the judge and Ajv itself, on records of every category as they are
 * and as chance has changed them. The walk takes what the parser takes, and nothing else; what the sieve lets through Ajv finds valid, and
 * it says of it what the judge says, of each by itself and of those that it takes together; and so of what is not valid, where it has
 * learnt of others alike what is wrong with it.
 */
export function differential({
  records,
  seed,
  category,
  sieve = new Sieve(),
  onProgress = () => {},
}: DifferentialOptions): DifferentialResult {
  const random = createRandom(seed);
  const sources = category === undefined ? allRecords() : fixturesOf(category);
  const part = () => random.next();
  const counts = { json: 0, valid: 0, through: 0, known: 0 };
  const categories = new Set<string>();
  const disagreements: Disagreement[] = [];
  let neighbours: Judged[] = [];
  let done = 0;
  for (; done < records && disagreements.length < MOST_DISAGREEMENTS; done++) {
    const mutations = Array.from({ length: random.integer(0, MOST_MUTATIONS) }, () => ({
      kind: random.pick(MUTATION_KINDS),
      where: part(),
      what: part(),
    }));
    const source = sources[Math.floor(done / NEIGHBOURS) % sources.length] ?? '';
    const record = mutate(source, mutations);
    const found = compare(record, sieve);
    categories.add(found.category);
    counts.json += Number(found.isJson);
    counts.valid += Number(found.isValid);
    counts.through += Number(found.isThrough);
    counts.known += Number(found.isKnown);
    if (found.disagreement !== undefined) disagreements.push({ what: found.disagreement, record });
    if (found.verdict) neighbours.push({ record, verdict: found.verdict });
    if (done % NEIGHBOURS === NEIGHBOURS - 1) {
      disagreements.push(...disagreementsOnMessage(neighbours, sieve));
      neighbours = [];
    }
    if (done % 10_000 === 0) onProgress(done, disagreements.length);
  }
  return { records: done, categories: categories.size, ...counts, disagreements };
}

function allRecords(): string[] {
  const folder = path.join(import.meta.dirname, '../../schemas');
  const categories = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(SUFFIX) && !file.includes('envelope'))
    .map((file) => file.slice(0, -SUFFIX.length).replaceAll(path.sep, '/'));
  return [...categories.flatMap(fixturesOf), ...sampleRecords(SAMPLES)];
}

/** Valid and invalid ones. */
function fixturesOf(category: string): string[] {
  const [source = '', name = ''] = category.split('/');
  const { valid, invalid } = readFixtures(source, name);
  return [...valid, ...invalid.map(({ record }) => record)].map((record) => JSON.stringify(record));
}

/** A record that is JSON, and what the judge says of it. */
interface Judged {
  readonly record: Buffer;
  readonly verdict: Verdict;
}

interface Comparison {
  readonly verdict: Verdict | undefined;
  readonly category: string;
  readonly isJson: boolean;
  readonly isValid: boolean;
  readonly isThrough: boolean;
  readonly isKnown: boolean;
  readonly disagreement: string | undefined;
}

function compare(record: Buffer, sieve: Sieve): Comparison {
  const value = parse(record);
  const isJson = value !== undefined;
  const verdict = isJson ? judge(record) : undefined;
  const isValid = verdict !== undefined && isValidToAjv(value, verdict);
  sieve.open(record, true);
  const end = sieve.read(0, true);
  const isRead = end === record.length;
  const sieved = isRead ? sieve.span : undefined;
  // So that it knows of the next one alike.
  if (isRead && sieve.hint) judge(record, sieve.hint);
  const isThrough = sieved?.problems.length === 0;
  return {
    verdict,
    category: verdict?.category.key ?? 'none',
    isJson,
    isValid,
    isThrough,
    isKnown: sieved !== undefined && !isThrough,
    disagreement:
      disagreementOnJson(record, isJson) ??
      (isThrough && !isValid ? 'Ajv finds invalid what the sieve lets through.' : undefined) ??
      (sieved && !isAlike(sieved, record, verdict)
        ? 'The sieve says something else than the judge.'
        : undefined),
  };
}

/** Whether a message of these records is taken for the same with the sieve as without it. */
function disagreementsOnMessage(neighbours: readonly Judged[], sieve: Sieve): Disagreement[] {
  const texts = neighbours.map(({ record }) => record.toString('latin1'));
  const known = new Map(neighbours.map(({ verdict }, i) => [texts[i], verdict]));
  const deps = {
    // White space around a record is no part of it.
    judge: (record: Buffer) => known.get(record.toString('latin1')) ?? judge(record),
    ...LIMITS,
  };
  const openSieve = (text: Buffer): Sieve => {
    sieve.open(text);
    return sieve;
  };
  const message = Buffer.from(`{"records":[${texts.join(',')}]}`, 'latin1');
  // Its hints are for the judge itself.
  const sieved = withoutUnseen(takeApart(message, { ...deps, judge, openSieve }));
  const judged = withoutUnseen(takeApart(message, deps));
  return isDeepStrictEqual(sieved, judged)
    ? []
    : [{ what: 'The sieve changes what a message is taken for.', record: message }];
}

function parse(record: Buffer): unknown {
  try {
    return JSON.parse(record.toString());
  } catch {
    return undefined;
  }
}

function isValidToAjv(value: unknown, { category }: Verdict): boolean {
  const validator = catalogue.rules(category.source, category.name).validator();
  return validator?.(value) ?? true;
}

/** Of a key that is there twice, parsing leaves the last value; the sieve counts what is new in both. */
function isAlike(sieved: Span, record: Buffer, verdict: Verdict | undefined): boolean {
  const judged = verdict && spanOf(record, verdict);
  return isDeepStrictEqual({ ...sieved, unseen: [] }, { ...judged, unseen: [] });
}

const walk = new ByteWalk();
const anything = walk.compile(undefined, []);

/** Of an object. White space around it is no part of a record. */
function disagreementOnJson(record: Buffer, isJson: boolean): string | undefined {
  if (record[0] !== 0x7b || record.at(-1) !== 0x7d || isDeep(record)) return undefined;
  walk.open(record);
  const isTaken = walk.walk(0, anything) === record.length;
  if (isTaken === isJson) return undefined;
  return isJson
    ? 'The walk does not take what the parser takes.'
    : 'The walk takes what the parser does not.';
}

function isDeep(record: Buffer): boolean {
  return record.filter((byte) => byte === 0x5b || byte === 0x7b).length > MAX_DEPTH;
}
