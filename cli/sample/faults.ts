import type { Reason } from '../../shared/take-apart/reasons.ts';
import { toJson } from './json.ts';
import { countByCategory, finish, type Draft, type SampleMessage, type SampleRecord } from './message.ts';
import type { Random } from './random.ts';

/** Works a fault into a message that would be good without it. */
export type Fault = (draft: Draft, random: Random) => SampleMessage;

/** By name; a stream goes through them in this order unless told otherwise. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  invalidRecord,
  garbage: (draft) => whole(draft, 'Connection reset by peer\r\n', 'not-json'),
  truncated,
  textAmongRecords: (draft, random) => partly(draft, draft.records, '"heartbeat"', 'not-an-object', random),
  notUtf8,
  noRecords: (draft) => whole(draft, '{"records":[]}', 'no-records'),
  empty: (draft) => whole(draft, '', 'empty-message'),
  trailingComma: (draft) => repairable(draft, (text) => text.replace(/[\]}]\s*}?\s*$/, ',$&')),
  singleQuotes: (draft) => repairable(draft, withSingleQuotes),
  controlCharacters,
  brokenRecord,
};

/** Every record of the message can still be read. */
function repairable(draft: Draft, damage: (text: string) => string): SampleMessage {
  const { body, ...message } = finish(draft);
  return { ...message, body: Buffer.from(damage(body.toString())) };
}

/** One record has a field more, with a tab in it as no JSON has it. */
function controlCharacters(draft: Draft, random: Random): SampleMessage {
  const { text } = random.pick(draft.records);
  const note = `{"note":"first${random.pick(['\t', '\u0001'])}second",`;
  return repairable(draft, (message) => message.replace(text, () => note + text.slice(1)));
}

function brokenRecord(draft: Draft, random: Random): SampleMessage {
  const [taken, others] = takeOne(draft.records, random);
  return partly(draft, others, taken.text.replace(':', '::'), 'not-json', random);
}

/** As a program prints what it took the JSON for, in a language that quotes so. */
function withSingleQuotes(text: string): string {
  return text.replaceAll(
    /"((?:[^"\\]|\\.)*)"/g,
    (_, inside: string) => `'${inside.replaceAll('\\"', '"').replaceAll("'", String.raw`\'`)}'`,
  );
}

/** A record with a field of the wrong kind, or without a required one, among valid ones. */
function invalidRecord(draft: Draft, random: Random): SampleMessage {
  const [taken, others] = takeOne(draft.records, random);
  const spoil = random.pick(draft.product.spoilers);
  return partly(draft, others, toJson(spoil(taken.value), draft.gap), 'invalid', random);
}

/** A byte that is no UTF-8, inside a string of one record. */
function notUtf8(draft: Draft, random: Random): SampleMessage {
  const [taken, others] = takeOne(draft.records, random);
  const message = partly(draft, others, taken.text.replace('"', `"${MARK}`), 'not-utf8', random);
  const at = message.body.indexOf(MARK);
  const parts = [
    message.body.subarray(0, at),
    Buffer.of(0xff),
    message.body.subarray(at + Buffer.byteLength(MARK)),
  ];
  return { ...message, body: Buffer.concat(parts) };
}

/** A character for private use: no maker writes it. */
const MARK = '\ue000';

/** Cut off between the first brace and the last: the records before the cut are saved, and what is left of the next is lost. */
function truncated(draft: Draft, random: Random): SampleMessage {
  const { body } = finish(draft);
  const end = random.integer(body.indexOf('{') + 1, body.lastIndexOf('}'));
  const cut = body.subarray(0, end);
  const places = placesOf(draft, body);
  const complete = draft.records.filter((_, i) => (places[i]?.end ?? Infinity) <= end);
  if (complete.length === 0) return whole(draft, cut, 'not-json');
  const archived = countByCategory(complete);
  const isWithinRecord = places.some((place) => place.start < end && end < place.end);
  const expect = { archived, ...(isWithinRecord && { deadLetter: 'not-json' as const }) };
  return { body: cut, source: draft.product.source, expect };
}

/** Where the records stand in the message. */
function placesOf({ records }: Draft, body: Buffer): { start: number; end: number }[] {
  let end = 0;
  return records.map(({ text }) => {
    const start = body.indexOf(text, end);
    end = start + Buffer.byteLength(text);
    return { start, end };
  });
}

/** The message is lost as a whole. */
function whole({ product }: Draft, body: Buffer | string, deadLetter: Reason): SampleMessage {
  return { body: Buffer.from(body), source: product.source, expect: { archived: {}, deadLetter } };
}

/** What is lost is one member, somewhere among records that are not. */
function partly(
  { product, gap }: Draft,
  records: readonly SampleRecord[],
  lost: string,
  deadLetter: Reason,
  random: Random,
): SampleMessage {
  const texts = records.map(({ text }) => text).toSpliced(random.integer(0, records.length), 0, lost);
  const expect = { archived: countByCategory(records), deadLetter };
  return { body: Buffer.from(product.frame(texts, gap)), source: product.source, expect };
}

function takeOne(records: readonly SampleRecord[], random: Random): [SampleRecord, readonly SampleRecord[]] {
  const taken = random.pick(records);
  return [taken, records.filter((record) => record !== taken)];
}
