import { toDeadLetterLine } from './dead-letter.ts';
import type { DeadLetter } from './dead-letter.ts';
import { EventTimeRange } from './event-time.ts';
import { UnlistedCategories } from './kept-apart.ts';
import type { KeptApart } from './kept-apart.ts';
import type { Message, Partition } from './message.ts';
import type { LineOrigin } from './origins.ts';
import { takeApart } from './take-apart.ts';
import type { TakeApartDeps, TakenRecord } from './take-apart.ts';
import { emptyMinute, emptyTally } from './tally.ts';
import type { MinuteTally, Tally } from './tally.ts';
import { HOUR, MINUTE, startOf } from './time.ts';
import type { Category } from './verdict.ts';

export type Container = 'archive' | 'dead-letter';

/** A record on its way: its bytes as a line, and what the second hub is told about it. */
export interface LineRecord {
  readonly bytes: Buffer;
  readonly origin: LineOrigin;
  readonly recordKey: string | undefined;
  readonly partitionKey: string | undefined;
}

/** What will be one block of one blob. */
export interface Draft {
  readonly container: Container;
  readonly source: string;
  readonly category: string;
  readonly retentionDays: number | undefined;
  /** Start of the hour of enqueued time, in milliseconds since 1970. */
  readonly hour: number;
  readonly records: LineRecord[];
  readonly eventTimes: EventTimeRange;
}

export interface Prepared {
  readonly drafts: readonly Draft[];
  readonly minutes: readonly MinuteTally[];
  readonly keptApart: KeptApart;
}

export interface PrepareDeps extends TakeApartDeps {
  readonly fanOut: boolean;
}

/** Takes messages apart, and sorts what they hold by the blob that it goes to and the minute in which it counts. */
export function prepare(
  messages: readonly Message[],
  partition: Partition,
  keptApart: KeptApart,
  deps: PrepareDeps,
): Prepared {
  const sorter = new Sorter(partition, keptApart, deps.fanOut);
  for (const message of messages) {
    const { text, records, deadLetters } = takeApart(message.body, deps);
    const bin = sorter.begin(message, text);
    for (const record of records) sorter.addRecord(bin, record);
    for (const letter of deadLetters) sorter.addDeadLetter(bin, letter, letter.bytes.length);
  }
  return sorter.finish();
}

/** Where what a message holds goes: its minute's counts and its hour's blobs. */
interface Bin {
  readonly message: Message;
  readonly minute: MinuteTally;
  readonly hour: number;
  /** By the key of their category. */
  readonly drafts: Map<string, Draft>;
  /** Whether a line break can stand in any of its records. */
  readonly hasLineBreaks: boolean;
}

class Sorter {
  readonly #partition: Partition;
  readonly #fanOut: boolean;
  readonly #unlisted: UnlistedCategories;
  readonly #minutes = new Map<number, MinuteTally>();
  readonly #archive = new Map<number, Map<string, Draft>>();
  readonly #deadLetters = new Map<string, Draft>();

  constructor(partition: Partition, keptApart: KeptApart, fanOut: boolean) {
    this.#partition = partition;
    this.#fanOut = fanOut;
    this.#unlisted = new UnlistedCategories(keptApart);
  }

  begin(message: Message, text: Buffer): Bin {
    const hour = startOf(HOUR, message.enqueuedTime);
    const drafts = this.#archive.get(hour) ?? new Map<string, Draft>();
    this.#archive.set(hour, drafts);
    return { message, minute: this.#count(message), hour, drafts, hasLineBreaks: hasLineBreak(text) };
  }

  addRecord(bin: Bin, record: TakenRecord): void {
    const { verdict, bytes } = record;
    const category = this.#unlisted.resolve(verdict.category);
    const valid = verdict.problems.length === 0;
    const tally = tallyOf(bin.minute, category.key);
    if (!valid) tally.invalid++;
    if (!valid && category.onInvalid === 'dead-letter') {
      this.addDeadLetter(bin, invalidRecord(record, category), bytes.length);
      return;
    }
    const line = bin.hasLineBreaks ? withoutLineBreaks(bytes) : bytes;
    tally.records++;
    tally.bytes += bytes.length;
    tally.archived++;
    if (line !== bytes) tally.respaced++;
    if (this.#fanOut) tally.passedOn++;
    const draft = bin.drafts.get(category.key) ?? draftOf('archive', category, bin.hour);
    bin.drafts.set(category.key, draft);
    const { recordKey, partitionKey, eventTime } = verdict;
    draft.records.push({ bytes: line, origin: originOf(bin, record.index, valid), recordKey, partitionKey });
    draft.eventTimes.add(eventTime);
  }

  addDeadLetter(bin: Bin, letter: DeadLetter, size: number): void {
    const tally = tallyOf(bin.minute, `${letter.source}/${letter.category}`);
    tally.records++;
    tally.bytes += size;
    tally.deadLettered[letter.reason] = (tally.deadLettered[letter.reason] ?? 0) + 1;
    const key = `${letter.source}/${letter.category}/${bin.hour}`;
    const category = { source: letter.source, name: letter.category, retentionDays: undefined };
    const draft = this.#deadLetters.get(key) ?? draftOf('dead-letter', category, bin.hour);
    this.#deadLetters.set(key, draft);
    const origin = originOf(bin, letter.index, false);
    const bytes = toDeadLetterLine(letter, this.#partition, origin);
    draft.records.push({ bytes, origin, recordKey: undefined, partitionKey: undefined });
  }

  finish(): Prepared {
    const archive = [...this.#archive.values()].flatMap((drafts) => [...drafts.values()]);
    return {
      drafts: [...archive, ...this.#deadLetters.values()],
      minutes: [...this.#minutes.values()],
      keptApart: this.#unlisted.known,
    };
  }

  #count(message: Message): MinuteTally {
    const { sequenceNumber: number, enqueuedTime: time, body } = message;
    const minute = startOf(MINUTE, time);
    const tally = this.#minutes.get(minute) ?? emptyMinute(minute, message);
    this.#minutes.set(minute, tally);
    tally.first = Math.min(tally.first, number);
    tally.last = Math.max(tally.last, number);
    tally.minTime = Math.min(tally.minTime, time);
    tally.maxTime = Math.max(tally.maxTime, time);
    tally.messages++;
    tally.bytes += body.length;
    return tally;
  }
}

function tallyOf(minute: MinuteTally, key: string): Tally {
  return (minute.categories[key] ??= emptyTally());
}

function originOf({ message }: Bin, index: number, valid: boolean): LineOrigin {
  return { sequenceNumber: message.sequenceNumber, enqueuedTime: message.enqueuedTime, index, valid };
}

function draftOf(
  container: Container,
  category: { source: string; name: string; retentionDays: number | undefined },
  hour: number,
): Draft {
  const { source, name, retentionDays } = category;
  return {
    container,
    source,
    category: name,
    retentionDays,
    hour,
    records: [],
    eventTimes: new EventTimeRange(),
  };
}

function invalidRecord({ bytes, index, offset, verdict }: TakenRecord, category: Category): DeadLetter {
  const detail = verdict.problems.map(({ pointer, message }) => `${pointer || '/'} ${message}`).join('; ');
  const { source, name } = category;
  const { problems } = verdict;
  return { of: 'record', source, category: name, reason: 'invalid', detail, problems, offset, index, bytes };
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

function hasLineBreak(bytes: Buffer): boolean {
  return bytes.includes(LINE_FEED) || bytes.includes(CARRIAGE_RETURN);
}

/** In valid JSON a line break stands between tokens only, where a space says the same. */
function withoutLineBreaks(bytes: Buffer): Buffer {
  if (!hasLineBreak(bytes)) return bytes;
  return Buffer.from(bytes.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte)));
}
