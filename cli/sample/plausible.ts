import { Numeral, type Json } from './json.ts';
import { plausibleText } from './plausible-texts.ts';
import type { Habits, Scene } from './product.ts';
import { wordsOf } from './words.ts';

/** What the name of a field suggests. */
type Guess<T> = readonly [name: RegExp, value: (scene: Scene, habits: Habits) => T];

/** What a device counts in: 100 ns since the year 1601, as Defender and Entra ID number their reports. */
const NINETEEN_DIGITS = 18;

const WHOLE_NUMBERS: readonly Guess<number | bigint>[] = [
  [/^report id$|udi required fields event time$/, ({ random }) => random.bigInteger(NINETEEN_DIGITS)],
  [/\b(time|date|timestamp|at)$/, ({ time }) => Math.floor(time)],
  [/\bport$/, ({ random }) => random.pick([443, 80, 53, 3389, random.integer(49_152, 65_535)])],
  [/(status|response).* code$|^http status/, ({ random }) => random.pick([200, 200, 200, 204, 404])],
  [/\bcode$/, ({ random }) => random.pick([0, 0, 0, 50_126])],
  [/\b(asn|autonomous system number)$/, ({ random }) => random.integer(64_496, 64_511)], // RFC 5398
  [/^org id$|^business id$/, ({ tenant }) => tenant.organizationId],
  [/^(actor|user) id$/, ({ person }) => person.loginId],
  [/\b(size|bytes|free|total|length)$/, ({ random }) => random.integer(200, 900_000)],
  [/\b(ms|milliseconds|duration)$/, ({ random }) => random.integer(0, 4_000)],
  [/\bid$/, ({ random }) => random.integer(1_000, 60_000)],
];

const FRACTIONS: readonly Guess<number | Numeral>[] = [
  // Where a place is not known, this is what some products write.
  [/\blatitude$/, ({ random, person }) => (random.chance(0.1) ? NO_PLACE : person.place.latitude)],
  [/\blongitude$/, ({ random, person }) => (random.chance(0.1) ? NO_PLACE : person.place.longitude)],
  [/\bid$|\b(count|limit|remaining|expiration)$/, ({ random }) => random.integer(1, 99_999)],
  [/./, ({ random }) => Math.round(random.next() * 10_000) / 100],
];

export const NO_PLACE = new Numeral('-0.000000');

/** A value for a field that is known by name and kind alone; `kind` is a type of JSON Schema. */
export function plausibleValue(name: string, kind: string, scene: Scene, habits: Habits): Json {
  const { random, app } = scene;
  const words = wordsOf(name);
  switch (kind) {
    case 'string':
      return plausibleText(words, scene, habits);
    case 'integer':
      return guess(WHOLE_NUMBERS, words, scene, habits) ?? random.integer(0, 20);
    case 'number':
      return guess(FRACTIONS, words, scene, habits) ?? 0;
    case 'boolean':
      return random.chance(0.4);
    case 'object':
      return { id: random.guid(), displayName: app.name };
    case 'array':
      return random.chance(0.5) ? [] : [plausibleText(words, scene, habits)];
    default:
      return null;
  }
}

function guess<T>(guesses: readonly Guess<T>[], words: string, scene: Scene, habits: Habits): T | undefined {
  return guesses.find(([pattern]) => pattern.test(words))?.[1](scene, habits);
}
