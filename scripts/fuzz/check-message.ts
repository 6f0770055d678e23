import { isDeepStrictEqual } from 'node:util';
import type { DeadLetterLine } from '../../shared/take-apart/dead-letter.ts';
import { bytesOf } from '../../shared/take-apart/raw-body.ts';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import { judge } from '../../shared/judge/judge.ts';
import { endOfValue, skipSpace } from '../../shared/json/json-bytes.ts';
import { hasLineBreak, withoutLineBreaks } from '../../shared/json/line-breaks.ts';
import { blobPrefix } from '../../shared/names.ts';
import { prepare } from '../../shared/prepare.ts';
import type { Prepared } from '../../shared/prepare.ts';
import { createChooseRule } from '../../shared/rules.ts';
import type { SalvagedLine } from '../../shared/take-apart/salvaged-line.ts';
import { openSieve } from '../../shared/judge/sieve.ts';
import { takeApart } from '../../shared/take-apart/take-apart.ts';
import type { TakenMessage } from '../../shared/take-apart/take-apart.ts';
import { deadLetteredOf, excludedOf } from '../../shared/ledger/tally.ts';
import type { Tally } from '../../shared/ledger/tally.ts';
import { linesOf, recordsIn, withoutUnseen } from '../../test/support/spans.ts';

const PARTITION = { namespace: 'fuzz', hub: 'logs', id: '0' };
const ENQUEUED = Date.UTC(2026, 10, 20, 10, 11);
const LIMITS = { maxUnpackedBytes: 1024 * 1024, maxUnpackedRatio: 250 };
const SIEVED = { judge, openSieve, ...LIMITS };
const codec = blockCodec('none');
const JUDGED = { judge, ...LIMITS };

const chooseRule = createChooseRule([
  { name: 'without', category: ['Sign*', '*a*b'], archive: false, forward: false },
  { name: 'passing', source: 'github', archive: false },
  { name: 'short', tenant: '*a*', retentionDays: 30 },
  { name: 'archiving', operation: '*e*', forward: false },
]);

/** Azure takes an index tag, and a table key, of these. */
const BLOB_PREFIX =
  /^(activity|defender|github|entra|intune|unknown)\/[\w+-]{1,100}\/y=2026\/m=11\/d=20\/h=10\/fuzz-logs-p0-(r30-)?$/;

/** So many characters, at two bytes each, are half of what a row may hold; one message is far from that. */
const MOST_IN_A_ROW = 250_000;

/** What is wrong with how a message is taken apart and sorted: a sentence each. */
export function checkMessage(body: Buffer, index: number): string[] {
  const taken = takeApart(body, SIEVED);
  const withRules = index % 4 === 0;
  const deps = { ...SIEVED, codec, fanOut: true, ...(withRules && { chooseRule }) };
  const prepared = prepare([{ sequenceNumber: index, enqueuedTime: ENQUEUED, body }], PARTITION, [], deps);
  return [
    ...checkParts(body, taken),
    ...checkCounts(body, taken, prepared),
    ...checkLines(body, taken, prepared),
    ...checkNames(prepared),
    ...checkSieve(takeApart(body, JUDGED), taken),
  ];
}

function checkSieve(judged: TakenMessage, sieved: TakenMessage): string[] {
  return isDeepStrictEqual(withoutUnseen(judged), withoutUnseen(sieved))
    ? []
    : ['The sieve changes what a message is taken for.'];
}

interface Part {
  readonly start: number;
  readonly bytes: Buffer;
}

/** Every byte of a message in a record, in a dead letter, or framing. */
function checkParts(body: Buffer, taken: TakenMessage): string[] {
  const { text, deadLetters, salvaged } = taken;
  const records = recordsIn(taken);
  const bugs = deadLetters.filter(({ reason }) => reason === 'internal-error').map(({ detail }) => detail);
  const [whole] = deadLetters.filter(({ of }) => of === 'message');
  if (bugs.length > 0) return bugs;
  if (whole)
    return records.length + deadLetters.length === 1 && whole.bytes.equals(body)
      ? []
      : ['A message is dead in part.'];
  if (records.length + deadLetters.length === 0) return ['Nothing comes of the message.'];
  const parts: Part[] = [...records.filter(({ repaired }) => !repaired), ...deadLetters]
    .map(({ offset, bytes }) => ({ start: offset, bytes }))
    .toSorted((a, b) => a.start - b.start);
  const isElsewhere = (part: Part) =>
    !text.subarray(part.start, part.start + part.bytes.length).equals(part.bytes);
  const overlaps = parts.some(({ start }, i) => i > 0 && start < endOf(parts[i - 1]));
  return [
    ...(salvaged?.length === 0 ? ['A message is salvaged in no way that has a name.'] : []),
    ...(records.some(({ repaired }) => repaired && !salvaged)
      ? ['A record is repaired in a message that is not broken.']
      : []),
    ...(salvaged ? [] : parts.some(isElsewhere) ? ['A part is not where it is said to be.'] : []),
    ...(overlaps && !salvaged ? ['Parts overlap.'] : []),
    ...(salvaged || isFraming(text, parts) ? [] : ['Something is in no part, and not framing.']),
  ];
}

function endOf(part: Part | undefined): number {
  return part ? part.start + part.bytes.length : 0;
}

const PLACE = '"\\ue000part"';

/** Whether nothing but framing is left when each part gives way to a word. */
function isFraming(text: Buffer, parts: readonly Part[]): boolean {
  const pieces = parts.flatMap(({ start }, i) => [
    text.subarray(endOf(parts[i - 1]), start),
    Buffer.from(PLACE),
  ]);
  const framing = Buffer.concat([...pieces, text.subarray(endOf(parts.at(-1)))]);
  for (let at = skipSpace(framing, 0); at < framing.length; at = skipSpace(framing, at)) {
    const end = endOfValue(framing, at) ?? framing.length;
    const value: unknown = JSON.parse(framing.toString('utf8', at, end));
    if (![value].flat().every((member) => isPlace(member) || isEnvelope(member))) return false;
    at = end;
  }
  return true;
}

function isPlace(value: unknown): boolean {
  return value === JSON.parse(PLACE);
}

function isEnvelope(value: unknown): boolean {
  const { records } = value as { records?: unknown };
  return Array.isArray(records) && records.every(isPlace);
}

function checkCounts(body: Buffer, taken: TakenMessage, { minutes, drafts }: Prepared): string[] {
  const { deadLetters, salvaged } = taken;
  const [minute] = minutes;
  const tallies = Object.values(minute?.categories ?? {});
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const lines = (container: string) =>
    drafts.reduce((n, draft) => n + (draft.container === container ? linesOf(draft.spans).length : 0), 0);
  const passedOn = drafts.flatMap(({ spans }) => linesOf(spans)).filter(({ forward }) => forward).length;
  const pairs: Record<string, [number, number]> = {
    messages: [minute?.messages ?? 0, 1],
    bytes: [minute?.bytes ?? 0, body.length],
    records: [sum((tally) => tally.records), recordsIn(taken).length + deadLetters.length],
    'their sum': [
      sum((tally) => tally.records),
      sum((tally) => tally.archived + deadLetteredOf(tally) + excludedOf(tally)),
    ],
    archived: [sum((tally) => tally.archived), lines('archive')],
    'dead letters': [sum(deadLetteredOf), lines('dead-letter')],
    'passed on': [sum((tally) => tally.passedOn), passedOn],
    'originals of salvaged messages': [minute?.salvagedMessages ?? 0, lines('salvaged')],
    'salvaged messages': [minute?.salvagedMessages ?? 0, salvaged ? 1 : 0],
  };
  const unlike = Object.entries(pairs).filter(([, [a, b]]) => a !== b);
  return unlike.map(([what, [a, b]]) => `${what}: ${a}, and not ${b}.`);
}

/** What is kept has the bytes that came. */
function checkLines(body: Buffer, taken: TakenMessage, { drafts }: Prepared): string[] {
  const byIndex = new Map(recordsIn(taken).map((record) => [record.index, record.bytes]));
  const faults = drafts.flatMap((draft) =>
    linesOf(draft.spans).map(({ bytes, index }) => {
      if (hasLineBreak(bytes)) return `A line of ${draft.container} has a line break in it.`;
      if (draft.container === 'salvaged') return keeps(bytes, body);
      if (draft.container === 'dead-letter') return keeps(bytes);
      const record = byIndex.get(index);
      return record && withoutLineBreaks(record).equals(bytes)
        ? undefined
        : 'A record has other bytes than it came with.';
    }),
  );
  return faults.filter((fault) => fault !== undefined);
}

function keeps(line: Buffer, original?: Buffer): string | undefined {
  const kept = JSON.parse(line.toString()) as DeadLetterLine | SalvagedLine;
  return original && !bytesOf(kept).equals(original)
    ? 'An original has other bytes than it came with.'
    : undefined;
}

function checkNames({ drafts, minutes }: Prepared): string[] {
  const prefixes = drafts.map(({ source, category, hour, ruleDays }) =>
    blobPrefix(source, category, hour, PARTITION, ruleDays),
  );
  const outside = prefixes
    .filter((prefix) => !BLOB_PREFIX.test(prefix))
    .map((prefix) => `A blob would be named ${prefix}`);
  const size = JSON.stringify(minutes).length;
  return size > MOST_IN_A_ROW ? [...outside, `The row of its minute has ${size} characters.`] : outside;
}
