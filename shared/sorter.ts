import { invalidLetter, toDeadLetterLine } from './take-apart/dead-letter.ts';
import type { DeadLetter } from './take-apart/dead-letter.ts';
import { blockCodec } from './blocks/block-codec.ts';
import type { BlockCodec } from './blocks/block-codec.ts';
import { addTo, draftOf } from './blocks/draft.ts';
import type { Draft, DraftFacts, LineSpan } from './blocks/draft.ts';
import { keepOne } from './keep-one.ts';
import { UnlistedCategories } from './kept-apart.ts';
import type { KeptApart } from './kept-apart.ts';
import { hasLineBreak, withoutLineBreaks } from './json/line-breaks.ts';
import type { Message, Origin, Partition } from './message.ts';
import type { ChooseRule, Rule } from './rules.ts';
import type { Rung } from './take-apart/salvage.ts';
import { toSalvagedLine } from './take-apart/salvaged-line.ts';
import type { TakenMessage, TakenSpan } from './take-apart/take-apart.ts';
import {
  billedSlices,
  count,
  countScope,
  countUnseen,
  emptyMinute,
  emptyTally,
  MOST_NAMES,
  namesIn,
} from './ledger/tally.ts';
import type { MinuteTally, Tally } from './ledger/tally.ts';
import { HOUR, MINUTE, startOf } from './time.ts';
import { KEYLESS, oneEnd, startIn } from './judge/span.ts';
import type { Span } from './judge/span.ts';
import { isQuarantined } from './judge/verdict.ts';
import type { Category } from './judge/verdict.ts';

export interface SorterDeps {
  /** What the records' blocks are written with. */
  readonly codec: BlockCodec;
  readonly fanOut: boolean;
  /** Undefined where there are no rules. Where there are, spans are of one record each. */
  readonly chooseRule?: ChooseRule | undefined;
}

/** What messages hold, sorted by the blob that it goes to and the minute in which it counts. */
export interface Prepared {
  readonly messages: number;
  readonly drafts: readonly Draft[];
  readonly minutes: readonly MinuteTally[];
  readonly keptApart: KeptApart;
}

/**
 * What one decision holds at the most, but for its last message, which may go beyond. A decision is one transaction of at most 4 MiB,
 * and its plan stands in one row of at most 1 MiB: so many blocks of about 300 characters and so many counts of about 200 keep well
 * below. Its bytes are in memory as records, joined to blocks, and packed; a batch of gzip may be a hundred times as large as it came.
 */
const MOST_BLOCKS = 400;
const MOST_COUNTS = 4_000;
export const DECISION_BYTES = 16 * 1024 * 1024;

/** Those of products, those that are kept apart, and what is left of each source; and the names in a minute. */
const MOST_COUNTS_IN_A_MINUTE = 250 + MOST_NAMES;

/** Where what a message holds goes: its minute's counts and its hour's blobs. */
interface Bin {
  readonly message: Message;
  readonly minute: MinuteTally;
  readonly hour: number;
  /** Of the hour, by container, category and a rule's days. */
  readonly drafts: Map<string, Draft>;
  /** Those that the message is counted in. */
  readonly tallies: Tally[];
}

export class Sorter {
  readonly #partition: Partition;
  readonly #deps: SorterDeps;
  readonly #unlisted: UnlistedCategories;
  readonly #minutes = new Map<number, MinuteTally>();
  readonly #hours = new Map<number, Map<string, Draft>>();
  /** Those of the message before: the next is mostly of the same. */
  #latestHour = Number.NaN;
  #latestDrafts = new Map<string, Draft>();
  #latestMinute: MinuteTally | undefined;
  #drafts = 0;
  #messages = 0;
  #bytes = 0;

  constructor(partition: Partition, keptApart: KeptApart, deps: SorterDeps) {
    this.#partition = partition;
    this.#deps = deps;
    this.#unlisted = new UnlistedCategories(keptApart);
  }

  add(message: Message, { text, spans, deadLetters, salvaged }: TakenMessage): void {
    const hour = startOf(HOUR, message.enqueuedTime);
    const drafts = this.#draftsOf(hour);
    const minute = this.#minuteOf(message);
    this.#messages++;
    this.#bytes += text.length;
    countMessage(minute, message);
    const bin = { message, minute, hour, drafts, tallies: [] };
    for (const taken of spans) this.#addSpan(bin, taken);
    for (const letter of deadLetters)
      this.#addDeadLetter(bin, letter, tallyOf(bin, `${letter.source}/${letter.category}`));
    if (salvaged) this.#addOriginal(bin, salvaged);
  }

  /**
   * Whether the hub's clock has stepped back into an hour that has ended in this decision. The hour's block is passed on before those of the
   * hours after it, and would take the message with it, ahead of those before.
   */
  returns({ enqueuedTime }: Message): boolean {
    const hour = startOf(HOUR, enqueuedTime);
    return hour !== this.#latestHour && this.#hours.has(hour);
  }

  get bytesLeft(): number {
    return DECISION_BYTES - this.#bytes;
  }

  /** Whether one decision can hold no more messages. */
  get isFull(): boolean {
    return this.bytesLeft <= 0 || this.#drafts >= MOST_BLOCKS || this.#hasManyCounts();
  }

  #hasManyCounts(): boolean {
    if (this.#minutes.size * MOST_COUNTS_IN_A_MINUTE < MOST_COUNTS) return false;
    let counts = 0;
    for (const minute of this.#minutes.values())
      counts += Object.keys(minute.categories).length + namesIn(minute);
    return counts >= MOST_COUNTS;
  }

  finish(): Prepared {
    return {
      messages: this.#messages,
      drafts: [...this.#hours.values()].flatMap((ofHour) => [...ofHour.values()]),
      minutes: [...this.#minutes.values()],
      keptApart: this.#unlisted.known,
    };
  }

  #addSpan(bin: Bin, taken: TakenSpan): void {
    const { span } = taken;
    const { bytes, ends, problems } = span;
    const category = this.#unlisted.resolve(span.category);
    const rule = this.#deps.chooseRule?.(span.category, bytes);
    const forward = this.#deps.fanOut && (rule?.forward ?? true);
    const fate = fateOf(span, category, rule, forward);
    const tally = tallyOf(bin, category.key);
    if (problems.length > 0 && fate !== 'excluded') tally.invalid++;
    for (const { scope, records } of span.scopes) countScope(bin.minute, tally, scope, records);
    for (const pointer of span.unseen) countUnseen(bin.minute, tally, pointer, ends.length);
    if (fate === 'dead-letter') {
      const { index, offset } = taken;
      this.#addDeadLetter(bin, invalidLetter(category, problems, { offset, index, bytes }), tally);
      return;
    }
    countRecords(tally, span);
    if (fate === 'archive') tally.archived += ends.length;
    else count(tally.excluded, rule?.name ?? '');
    if (fate !== 'excluded')
      this.#keep(bin, taken, tally, forward, this.#draftFor(bin, fate, category, rule));
  }

  #keep(bin: Bin, { span, index, repaired }: TakenSpan, tally: Tally, forward: boolean, draft: Draft): void {
    const { bytes, ends, keys, keyEnds, partitionKey, label, hasLineBreaks } = span;
    const lines = hasLineBreaks ? withoutLineBreaks(bytes) : bytes;
    if (hasLineBreaks) tally.respaced += recordsWithLineBreaks(span);
    if (repaired) tally.salvaged += ends.length;
    if (forward) tally.passedOn += ends.length;
    const { sequenceNumber, enqueuedTime } = bin.message;
    addTo(draft, {
      bytes: lines,
      ends,
      sequenceNumber,
      enqueuedTime,
      index,
      valid: span.problems.length === 0,
      salvaged: repaired,
      forward,
      keys,
      keyEnds,
      partitionKey,
      label,
    });
    draft.eventTimes.add(span.times);
  }

  #addDeadLetter(bin: Bin, letter: DeadLetter, tally: Tally): void {
    const { source, category, reason, index } = letter;
    countRecord(tally, letter.bytes.length);
    count(tally.deadLettered, reason);
    const origin = originOf(bin, index);
    const line = toDeadLetterLine(letter, this.#partition, origin, bin.message.replayOf);
    addTo(this.#otherDraft(bin, 'dead-letter', source, category), lineOf(line, origin));
  }

  /** The message that records were salvaged from, as it came. */
  #addOriginal(bin: Bin, rungs: readonly Rung[]): void {
    bin.minute.salvagedMessages++;
    for (const rung of rungs) count(bin.minute.rungs, rung);
    const origin = originOf(bin, 0);
    const line = toSalvagedLine(bin.message.body, rungs, this.#partition, origin);
    addTo(this.#otherDraft(bin, 'salvaged', 'unknown', 'none'), lineOf(line, origin));
  }

  #draftFor(bin: Bin, container: 'archive' | 'pass-on', category: Category, rule: Rule | undefined): Draft {
    const ruleDays = container === 'archive' ? rule?.retentionDays : undefined;
    // Most often the key is at hand. A category's begins with its source, so that none can look like one of the others.
    const isOrdinary = container === 'archive' && ruleDays === undefined;
    const key = isOrdinary ? category.key : `${container} ${ruleDays} ${category.key}`;
    const known = bin.drafts.get(key);
    if (known) return known;
    const { source, name, retentionDays } = category;
    return this.#addDraft(bin, key, { container, source, category: name, retentionDays, ruleDays });
  }

  #otherDraft(bin: Bin, container: 'dead-letter' | 'salvaged', source: string, category: string): Draft {
    const key = `${container} ${source}/${category}`;
    const known = bin.drafts.get(key);
    if (known) return known;
    return this.#addDraft(bin, key, {
      container,
      source,
      category,
      retentionDays: undefined,
      ruleDays: undefined,
    });
  }

  #addDraft(bin: Bin, key: string, facts: Omit<DraftFacts, 'hour'>): Draft {
    const draft = draftOf({ ...facts, hour: bin.hour }, this.#deps.codec);
    bin.drafts.set(key, draft);
    this.#drafts++;
    return draft;
  }

  #draftsOf(hour: number): Map<string, Draft> {
    if (hour === this.#latestHour) return this.#latestDrafts;
    const drafts = this.#hours.get(hour) ?? new Map<string, Draft>();
    this.#hours.set(hour, drafts);
    this.#latestHour = hour;
    this.#latestDrafts = drafts;
    return drafts;
  }

  #minuteOf(message: Message): MinuteTally {
    const minute = startOf(MINUTE, message.enqueuedTime);
    if (this.#latestMinute?.minute === minute) return this.#latestMinute;
    const tally = this.#minutes.get(minute) ?? emptyMinute(minute, message);
    this.#minutes.set(minute, tally);
    this.#latestMinute = tally;
    return tally;
  }
}

keepOne(new Sorter({ namespace: '', hub: '', id: '' }, [], { codec: blockCodec('none'), fanOut: false }));

function countMessage(minute: MinuteTally, message: Message): void {
  const { sequenceNumber: number, enqueuedTime: time, body, replayOf } = message;
  minute.first = Math.min(minute.first, number);
  minute.last = Math.max(minute.last, number);
  minute.minTime = Math.min(minute.minTime, time);
  minute.maxTime = Math.max(minute.maxTime, time);
  minute.messages++;
  minute.bytes += body.length;
  minute.largest = Math.max(minute.largest, body.length);
  minute.slices += billedSlices(body.length);
  if (replayOf !== undefined) minute.replayed++;
}

type Fate = 'archive' | 'pass-on' | 'excluded' | 'dead-letter';

/** A rule has the first word: what it leaves out altogether is nobody's concern, valid or not. */
function fateOf({ problems }: Span, category: Category, rule: Rule | undefined, forward: boolean): Fate {
  const archive = rule?.archive ?? true;
  if (!archive && !forward) return 'excluded';
  if (isQuarantined(problems, category)) return 'dead-letter';
  return archive ? 'archive' : 'pass-on';
}

function tallyOf({ minute, tallies }: Bin, key: string): Tally {
  const tally = (minute.categories[key] ??= emptyTally());
  // Most messages hold records of one category.
  if (tallies.at(-1) !== tally && !tallies.includes(tally)) {
    tallies.push(tally);
    tally.messages++;
  }
  return tally;
}

function countRecord(tally: Tally, bytes: number): void {
  tally.records++;
  tally.bytes += bytes;
  tally.largest = Math.max(tally.largest, bytes);
}

function countRecords(tally: Tally, { bytes, ends }: Span): void {
  tally.records += ends.length;
  // But for the byte between two of them.
  tally.bytes += bytes.length - (ends.length - 1);
  for (let i = 0; i < ends.length; i++)
    tally.largest = Math.max(tally.largest, (ends[i] as number) - startIn({ ends }, i));
}

function recordsWithLineBreaks({ bytes, ends }: Span): number {
  let found = 0;
  for (const [i, end] of ends.entries()) if (hasLineBreak(bytes.subarray(startIn({ ends }, i), end))) found++;
  return found;
}

function originOf({ message }: Bin, index: number): Origin {
  const { sequenceNumber, enqueuedTime } = message;
  return { sequenceNumber, enqueuedTime, index };
}

/** A line of our own making, which is not passed on. With its fields in the order of all others, so that to V8 it is one of them. */
function lineOf(bytes: Buffer, { sequenceNumber, enqueuedTime, index }: Origin): LineSpan {
  return {
    bytes,
    ends: oneEnd(bytes.length),
    sequenceNumber,
    enqueuedTime,
    index,
    valid: false,
    salvaged: false,
    forward: false,
    keys: KEYLESS.keys,
    keyEnds: KEYLESS.keyEnds,
    partitionKey: undefined,
    label: undefined,
  };
}
