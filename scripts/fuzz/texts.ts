import { createRandom } from '../../cli/sample/random.ts';
import type { Random } from '../../cli/sample/random.ts';
import { sampleStream } from '../../cli/sample/stream.ts';

/** Where a packer of DEFLATE has its edges: places by seven bytes, windows of 32 KiB, stored parts of 64 KiB, texts of 512 KiB. */
const EDGES = [0, 1, 7, 258, 32 * 1024, 65_535, 512 * 1024, 1024 * 1024];
const NEAR = 9;
const SAMPLE_MESSAGES = 200;

/** Texts without end that are hard to pack in one way or another; the same for the same seed. */
export function* fuzzTexts(seed: number): Generator<Buffer> {
  const random = createRandom(seed);
  const records = sampleLines(seed);
  const kinds = [noise, repetitive, periodic, skewed, (_: number, chance: Random) => cut(records, chance)];
  for (;;) yield random.pick(kinds)(lengthOf(random), random);
}

function lengthOf(random: Random): number {
  if (random.chance(0.02)) return Math.max(0, random.pick(EDGES) + random.integer(-NEAR, NEAR));
  return random.integer(0, random.chance(0.5) ? 100 : 20_000);
}

function sampleLines(seed: number): Buffer {
  const stream = {
    seed,
    start: Date.UTC(2026, 10, 20, 10),
    messages: SAMPLE_MESSAGES,
    faults: 0,
    faultKinds: [],
  };
  return Buffer.concat([...sampleStream(stream)].map(({ body }) => body));
}

function cut(records: Buffer, random: Random): Buffer {
  const start = random.integer(0, records.length);
  return records.subarray(start, start + random.integer(0, random.chance(0.1) ? 600_000 : 20_000));
}

function noise(length: number, random: Random): Buffer {
  const symbols = random.integer(1, 256);
  return fill(length, () => random.integer(0, symbols - 1));
}

/** The same few bytes over and over, with a slip now and then. */
function periodic(length: number, random: Random): Buffer {
  const period = noise(random.integer(1, 300), random);
  return fill(length, (i) => (random.chance(0.001) ? 0 : (period[i % period.length] ?? 0)));
}

/** Symbols of which each occurs 1.6 times as often as the one before: as far apart as codes can be. */
function skewed(length: number, random: Random): Buffer {
  const golden = Math.log((1 + Math.sqrt(5)) / 2);
  return fill(length, () => Math.min(255, Math.floor(-Math.log(1 - random.next()) / golden)));
}

/** Of what stands anywhere before, short or long, with noise between. */
function repetitive(length: number, random: Random): Buffer {
  const text = noise(length, random);
  for (let at = 1; at < length; at += random.integer(0, 20)) {
    const distance = random.integer(1, Math.min(at, random.chance(0.5) ? 300 : 40_000));
    const end = Math.min(length, at + random.integer(1, random.chance(0.1) ? 1_000 : 40));
    for (; at < end; at++) text[at] = text[at - distance] ?? 0;
  }
  return text;
}

function fill(length: number, byteAt: (i: number) => number): Buffer {
  const text = Buffer.alloc(length);
  for (let i = 0; i < length; i++) text[i] = byteAt(i);
  return text;
}
