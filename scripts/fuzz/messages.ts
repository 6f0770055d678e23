import { gzipSync } from 'node:zlib';
import { FAULTS } from '../../cli/sample/faults.ts';
import { createRandom } from '../../cli/sample/random.ts';
import type { Random } from '../../cli/sample/random.ts';
import { sampleStream } from '../../cli/sample/stream.ts';

/** Valid messages that others are made of: so many, of few records each, so that a million of them do not take the night. */
const SEEDS = 300;
const SEED_RECORDS = 3;
const FAULT_SHARE = 0.3;
const MOST_MUTATIONS = 4;

/** Messages without end, most of them broken in one way or another; the same for the same seed. */
export function* fuzzMessages(seed: number): Generator<Buffer> {
  const random = createRandom(seed);
  const valid = sampleBodies(seed);
  for (;;) yield makeMessage(random, valid);
}

function sampleBodies(seed: number): Buffer[] {
  const start = Date.UTC(2026, 10, 20, 10);
  const faultKinds = Object.keys(FAULTS);
  const stream = { seed, start, messages: SEEDS, faults: FAULT_SHARE, faultKinds, meanRecords: SEED_RECORDS };
  return [...sampleStream(stream)].map(({ body }) => body);
}

function makeMessage(random: Random, valid: readonly Buffer[]): Buffer {
  if (random.chance(0.01)) return hostile(random);
  if (random.chance(0.02)) return randomBytes(random, random.integer(0, 300));
  let body = random.pick(valid);
  for (let left = random.integer(0, MOST_MUTATIONS); left > 0; left--)
    body = random.pick(MUTATIONS)(body, random, valid);
  return random.chance(0.03) ? packed(body, random) : body;
}

type Mutation = (body: Buffer, random: Random, valid: readonly Buffer[]) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  /** A bit flips. */
  (body, random) => {
    const copy = Buffer.from(body);
    if (copy.length === 0) return copy;
    const at = place(body, random);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.integer(0, 7));
    return copy;
  },
  /** Some bytes are gone. */
  (body, random) => splice(body, place(body, random), length(random), ''),
  /** Some bytes are there twice. */
  (body, random) => {
    const at = place(body, random);
    return splice(body, at, 0, body.subarray(at, at + length(random)));
  },
  /** It is cut off. */
  (body, random) => body.subarray(0, place(body, random)),
  /** Its beginning is missing. */
  (body, random) => body.subarray(place(body, random)),
  /** It goes on as another one. */
  (body, random, valid) => {
    const other = random.pick(valid);
    return Buffer.concat([body.subarray(0, place(body, random)), other.subarray(place(other, random))]);
  },
  /** Another one follows. */
  (body, random, valid) =>
    Buffer.concat([body, Buffer.from(random.pick(['', '\n', '\r\n', ',', ' '])), random.pick(valid)]),
  (body, random) => splice(body, place(body, random), 0, randomBytes(random, random.integer(1, 8))),
  (body, random) => splice(body, place(body, random), random.integer(0, 2), random.pick(SCRAPS)),
  /** A text becomes another. */
  (body, random) => {
    const start = body.indexOf(':"', place(body, random));
    const end = start === -1 ? -1 : body.indexOf('"', start + 2);
    return end === -1 ? body : splice(body, start + 1, end - start, random.pick(VALUES));
  },
  /** The category is one that nobody has. */
  (body, random) =>
    Buffer.from(
      body.toString('latin1').replace(/"category":\s*"[^"]*"/i, () => `"category":${random.pick(VALUES)}`),
      'latin1',
    ),
  (body) => Buffer.from(`[${body.toString('latin1')}]`, 'latin1'),
  (body) => Buffer.from(JSON.stringify(body.toString())),
];

/** What parsers differ on, and what names and rows are made of. */
const VALUES: readonly string[] = [
  '"" "../../x" "__proto__" "constructor" "none" "other" "a/b" "%2e%2e/" "records" "\\ud800" "\\u0000" "a\\nb"'.split(
    ' ',
  ),
  '"\\" "\\x" null 0 1e400 -0 01 nul 639199803770463703 [] {} [[[[]]]] {"__proto__":1} {"a":1,"a":2} \'single\''.split(
    ' ',
  ),
  ['"archive undefined x"', '"raw\ttab"', '"é😀"'],
  ['n'.repeat(2_000), '\\ud800'.repeat(400), '+'.repeat(99)].map((text) => `"${text}"`),
].flat();

const SCRAPS: readonly string[] = [
  Array.from('{}[]",:\'\\\n\r\t\0 -'),
  '},{ }{ ]} ,, {"records":[ "records": \\u \\" \ufeff /* NaN {"a":1} {\'a\':\'b\'}'.split(' '),
  ['\n{', '\r\n'],
].flat();

const DEPTH = 20_000;

function hostile(random: Random): Buffer {
  const unit = random.pick([
    '[',
    '{"a":',
    '{"records":[',
    '[{"a":[{},',
    '1,',
    '{"a":"},{"a"',
    '{"a":[{},{"a":1},',
    "{'",
    '{}',
    '"\\',
  ]);
  const text = unit.repeat(random.integer(1, DEPTH));
  const ending = random.pick([
    '',
    ']',
    '}',
    'x',
    '"',
    ']}'.repeat(random.integer(0, DEPTH)),
    '}'.repeat(random.integer(0, DEPTH)),
  ]);
  return Buffer.from(
    random.pick(['', '[', '{"records":[', '{"category":"Deep","a":', '{"a":1}\n']) + text + ending,
  );
}

function packed(body: Buffer, random: Random): Buffer {
  if (random.chance(0.2))
    return gzipSync(Buffer.alloc(random.integer(0, 200_000), body.length > 0 ? body : ' '));
  if (random.chance(0.3)) return Buffer.from(`\ufeff${body.toString()}`, 'utf16le');
  const gzip = gzipSync(body, { level: 1 });
  return random.chance(0.5) ? gzip : gzip.subarray(0, random.integer(0, gzip.length));
}

function splice(body: Buffer, at: number, deleted: number, inserted: Buffer | string): Buffer {
  return Buffer.concat([body.subarray(0, at), Buffer.from(inserted), body.subarray(at + deleted)]);
}

function place(body: Buffer, random: Random): number {
  return random.integer(0, Math.max(0, body.length - 1));
}

function length(random: Random): number {
  return random.chance(0.5) ? random.integer(1, 4) : random.integer(1, 400);
}

function randomBytes(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random.integer(0, 255)));
}
