import { ByteWalk, NOTED } from './byte-walk.ts';
import type { WalkTable } from './byte-walk.ts';
import { catalogue } from './catalogue.ts';
import type { Annotations, Catalogue, Rules } from './catalogue.ts';
import { eventTimeOf, usualEventTime } from './event-time.ts';
import { identifyByTraits, resourceIdOf } from './identify.ts';
import type { Identity, Traits } from './identify.ts';
import { BYTE } from '../json/json-bytes.ts';
import { Interned } from './interned.ts';
import { keyText, labelText } from './judge.ts';
import { isInSubscription, readResourceId } from './resource-id.ts';
import type { ResourceId } from './resource-id.ts';
import { idText, LONGEST_SCOPE, subscriptionIn, SUBSCRIPTIONS } from './scope.ts';
import { KINDS, type Shape } from './shape.ts';
import type { FastReader } from '../take-apart/split.ts';
import type { Category, Problem, Verdict } from './verdict.ts';

/**
 * Where a walk notes what tells whose a record is. What an annotation points to comes after them, or is one of them. Those whose text
 * counts stand first, as a walk tells of eight whether it has changed.
 */
const SLOT = {
  category: 0,
  Category: 1,
  action: 2,
  resourceId: 3,
  ResourceId: 4,
  tenantId: 5,
  org: 6,
  operationName: 7,
  '@timestamp': 8,
  'properties/AuditEventId': 9,
  'properties/Actor': 10,
  'properties/ActivityType': 11,
} as const;
const TRAITS = Object.keys(SLOT).map((name) => `/${name}`);
/** The bits of the slots that `identify` looks at, and of those that `scopeOf` does. */
const IDENTIFYING = ~((1 << SLOT.tenantId) | (1 << SLOT.org));
const SCOPING = (1 << SLOT.resourceId) | (1 << SLOT.ResourceId) | (1 << SLOT.tenantId) | (1 << SLOT.org);
const CATEGORY = 1 << SLOT.category;
const NO_SLOT = -1;

const SLASH = 0x2f;

const CATEGORY_KEY = Buffer.from('"category":"');
/** All but a few records name their category so early. */
const FRONT_OF_RECORD = 1_000;
/** More than there are categories; data can name any number. */
const MOST_TABLES = 500;

const NO_PROBLEMS: readonly Problem[] = Object.freeze([]);

/** What the records that one schema serves are walked by. */
interface Table {
  readonly schemaId: string;
  readonly record: WalkTable;
  /** Slots, or `NO_SLOT`. */
  readonly recordKey: number;
  readonly partitionKey: number;
  readonly eventTime: number;
  readonly label: number;
}

/**
 * Reads those records of a message of which it can be told quickly that they are valid: in one walk over a record's bytes,
 * or in two where its category was not the expected one. On them it gives the verdict that `judge` would; of others it
 * says no more than where they end, and not even that where they may be no JSON.
 *
 * For one message at a time, and it keeps that until the next: opening a message ends the reading of the one before.
 */
export function openSieve(text: Buffer): FastReader {
  sieve ??= new Sieve();
  sieve.open(text);
  return sieve;
}

export class Sieve implements FastReader, Traits {
  verdict: Verdict | undefined = undefined;
  readonly #rulesFor: Catalogue['rules'];
  #text: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  readonly #walk = new ByteWalk();
  readonly #tables = new Map<string, Table>();
  readonly #anyRecord: Table;
  /** Records come in the company of their like: the table of the one before is tried first. */
  #table: Table;
  #identity: Identity | undefined;
  #rules: Rules;
  /** Records share what tells their category and their tenant: what was found out of the one before holds until it changes. */
  #isIdentified = false;
  #isScoped = false;
  #scope: string | undefined;
  #isCategoryRead = false;
  #category: unknown;
  /** Whether records of several categories stand side by side in the message. */
  #isMixed = false;
  readonly #guessedTables = new Map<string, Table>();
  readonly #categories = new Interned();
  readonly #interned = new Interned();
  #lastSubscription: string | undefined;
  #subscriptionStart = 0;
  #subscriptionEnd = 0;

  /** @param rulesFor what records are held to; a test gives others than those that the build has made */
  constructor(rulesFor = catalogue.rules) {
    this.#rulesFor = rulesFor;
    this.#rules = rulesFor('unknown', 'none');
    this.#anyRecord = this.#tableOf(this.#rules);
    this.#table = this.#anyRecord;
  }

  open(text: Buffer): void {
    this.#text = text;
    this.#view = new DataView(text.buffer, text.byteOffset, text.length);
    this.#walk.open(text);
    this.#subscriptionEnd = 0;
    this.#isMixed = false;
  }

  read(start: number): number | undefined {
    if (this.#text[start] !== BYTE.openBrace) return undefined;
    if (this.#isMixed) this.#table = this.#tableByCategory(start);
    const end = this.#walkOver(start);
    if (end === -1) return this.#giveUp();
    this.#identify();
    const { category } = this.#rules;
    if (category.schemaId !== this.#table.schemaId) {
      this.#table = this.#tableOf(this.#rules);
      this.#isMixed = true;
      this.#rememberTable(start);
      // It looks where the first walk did not, and so may not come to an end.
      if (this.#walkOver(start) === -1) return this.#giveUp();
    }
    this.verdict = this.#walk.fits ? this.#verdictOf(category, this.#table) : undefined;
    return end;
  }

  #walkOver(start: number): number {
    const end = this.#walk.walk(start, this.#table.record);
    const { changed } = this.#walk;
    if ((changed & IDENTIFYING) !== 0) this.#isIdentified = false;
    if ((changed & SCOPING) !== 0) this.#isScoped = false;
    if ((changed & CATEGORY) !== 0) this.#isCategoryRead = false;
    return end;
  }

  /** Expects nothing of the next record, or records that cannot be walked by this table would be met by it again and again. */
  #giveUp(): undefined {
    this.#table = this.#anyRecord;
  }

  /** What records of the category had before, which is read where it mostly stands. A guess, as any table is. */
  #tableByCategory(start: number): Table {
    const category = this.#guessCategory(start);
    return (category === undefined ? undefined : this.#guessedTables.get(category)) ?? this.#table;
  }

  #rememberTable(start: number): void {
    const category = this.#guessCategory(start);
    if (category === undefined) return;
    if (this.#guessedTables.size >= MOST_TABLES) this.#guessedTables.clear();
    this.#guessedTables.set(category, this.#table);
  }

  #guessCategory(start: number): string | undefined {
    const front = this.#text.subarray(start, start + FRONT_OF_RECORD);
    const key = front.indexOf(CATEGORY_KEY);
    const end = front.indexOf(BYTE.quote, key + CATEGORY_KEY.length);
    if (key === -1 || end === -1) return undefined;
    return this.#categories.text(front, key + CATEGORY_KEY.length, end);
  }

  /** Made once for each schema; categories without one share a table that asks for nothing. */
  #tableOf({ category, annotations, shape }: Rules): Table {
    const { schemaId } = category;
    const table = this.#tables.get(schemaId) ?? this.#makeTable(schemaId, annotations, shape());
    this.#tables.set(schemaId, table);
    return table;
  }

  #makeTable(schemaId: string, annotations: Annotations, shape: Shape | undefined): Table {
    const noted = [...TRAITS];
    const slotOf = (pointer: string | undefined): number => {
      if (pointer === undefined) return NO_SLOT;
      if (!noted.includes(pointer)) noted.push(pointer);
      return noted.indexOf(pointer);
    };
    const recordKey = slotOf(annotations.recordKey);
    const partitionKey = slotOf(annotations.partitionKey);
    const eventTime = slotOf(annotations.eventTime);
    const label = slotOf(annotations.label);
    const record = this.#walk.compile(shape, noted);
    return { schemaId, record, recordKey, partitionKey, eventTime, label };
  }

  #identify(): void {
    if (this.#isIdentified) return;
    const identity = identifyByTraits(this);
    if (identity !== this.#identity) this.#rules = this.#rulesFor(identity.source, identity.name);
    this.#identity = identity;
    this.#isIdentified = true;
  }

  #verdictOf(category: Category, { recordKey, partitionKey, eventTime, label }: Table): Verdict {
    return {
      category,
      problems: NO_PROBLEMS,
      recordKey: keyText(this.#value(recordKey)),
      partitionKey: keyText(this.#value(partitionKey)),
      eventTime: this.#time(eventTime),
      label: labelText(this.#value(label)),
      scope: this.#findScope(),
      unseen: this.#walk.unseen,
    };
  }

  #time(slot: number): number | undefined {
    const walk = this.#walk;
    const isText = slot !== NO_SLOT && walk.noted(slot) === NOTED.string;
    const usual = isText
      ? usualEventTime(this.#text, walk.startOf(slot) + 1, walk.endOf(slot) - 1)
      : undefined;
    return usual ?? eventTimeOf(this.#value(slot));
  }

  /** As `scopeOf` tells it. */
  #findScope(): string | undefined {
    if (!this.#isScoped) {
      this.#scope = this.#subscription() ?? this.#id(SLOT.tenantId) ?? this.#id(SLOT.org);
      this.#isScoped = true;
    }
    return this.#scope;
  }

  #subscription(): string | undefined {
    const walk = this.#walk;
    const isThere =
      walk.noted(SLOT.resourceId) !== NOTED.nothing && walk.noted(SLOT.resourceId) !== KINDS.null;
    const slot = isThere ? SLOT.resourceId : SLOT.ResourceId;
    if (walk.noted(slot) === NOTED.nothing) return undefined;
    if (walk.noted(slot) !== NOTED.string) return subscriptionIn(this.#value(slot));
    const start = walk.startOf(slot) + 1;
    const end = walk.endOf(slot) - 1;
    return this.#isInSameSubscription(start, end)
      ? this.#lastSubscription
      : this.#readSubscription(start, end);
  }

  #readSubscription(start: number, end: number): string | undefined {
    if (!isInSubscription(this.#text, start, end)) return undefined;
    const from = start + SUBSCRIPTIONS.length;
    let to = from;
    while (to < end && this.#text[to] !== SLASH) to++;
    this.#subscriptionStart = start;
    this.#subscriptionEnd = to;
    this.#lastSubscription = this.#internedId(from, to);
    return this.#lastSubscription;
  }

  /** Comparing an id with that of the record before takes a fifth of reading it. */
  #isInSameSubscription(start: number, end: number): boolean {
    const to = start + this.#subscriptionEnd - this.#subscriptionStart;
    if (this.#subscriptionEnd === 0 || to > end || (to < end && this.#text[to] !== SLASH)) return false;
    return areSame(this.#view, start, to, this.#subscriptionStart, this.#subscriptionEnd);
  }

  #id(slot: number): string | undefined {
    const walk = this.#walk;
    if (walk.noted(slot) !== NOTED.string) return idText(this.#value(slot));
    return this.#internedId(walk.startOf(slot) + 1, walk.endOf(slot) - 1);
  }

  #internedId(start: number, end: number): string | undefined {
    return start === end || end - start > LONGEST_SCOPE
      ? undefined
      : this.#interned.text(this.#text, start, end);
  }

  /** As parsing gives it, but null for all that is neither text nor number. */
  #value(slot: number): unknown {
    if (slot === NO_SLOT) return undefined;
    const walk = this.#walk;
    const start = walk.startOf(slot);
    const end = walk.endOf(slot);
    const kind = walk.noted(slot);
    if (kind === NOTED.nothing) return undefined;
    if (kind === NOTED.string) return this.#text.toString('utf8', start + 1, end - 1);
    if (kind === NOTED.escapedString) return JSON.parse(this.#text.toString('utf8', start, end));
    return kind === NOTED.number ? Number(this.#text.toString('latin1', start, end)) : null;
  }

  /** Kept, since what is looked up by it is found sooner by the same string. */
  get category(): unknown {
    if (!this.#isCategoryRead) this.#category = this.#value(SLOT.category);
    this.#isCategoryRead = true;
    return this.#category;
  }

  get Category(): unknown {
    return this.#value(SLOT.Category);
  }

  get action(): unknown {
    return this.#value(SLOT.action);
  }

  get resourceId(): ResourceId | undefined {
    return this.#resourceId(SLOT.resourceId);
  }

  get ResourceId(): ResourceId | undefined {
    return this.#resourceId(SLOT.ResourceId);
  }

  get hasOperationName(): boolean {
    return this.#isThere(SLOT.operationName);
  }

  get hasNumericTimestamp(): boolean {
    return this.#walk.noted(SLOT['@timestamp']) === NOTED.number;
  }

  get hasAuditEventId(): boolean {
    return this.#isThere(SLOT['properties/AuditEventId']);
  }

  get hasActor(): boolean {
    return this.#isThere(SLOT['properties/Actor']);
  }

  get hasActivityType(): boolean {
    return this.#isThere(SLOT['properties/ActivityType']);
  }

  #isThere(slot: number): boolean {
    return this.#walk.noted(slot) !== NOTED.nothing;
  }

  #resourceId(slot: number): ResourceId | undefined {
    const walk = this.#walk;
    if (walk.noted(slot) !== NOTED.string) return resourceIdOf(this.#value(slot));
    const start = walk.startOf(slot) + 1;
    const end = walk.endOf(slot) - 1;
    return start === end ? undefined : readResourceId(this.#text, this.#view, start, end);
  }
}

/** Of places of two strings, quotes and all, that are longer than a word. */
function areSame(view: DataView, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  const distance = otherStart - start;
  if (otherEnd - end !== distance || end - start < 4) return false;
  for (let at = start; at < end - 4; at += 4) {
    if (view.getInt32(at, true) !== view.getInt32(at + distance, true)) return false;
  }
  return view.getInt32(end - 4, true) === view.getInt32(otherEnd - 4, true);
}

/**
 * One for all messages: V8 throws away the code it has compiled for a class when a garbage collection finds no object of it,
 * and then begins with it again.
 */
let sieve: Sieve | undefined;
