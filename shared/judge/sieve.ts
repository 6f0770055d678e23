import { ByteWalk, NOTED, RESOURCE } from './byte-walk.ts';
import type { WalkTable } from './byte-walk.ts';
import { catalogue } from './catalogue.ts';
import type { Annotations, Catalogue, Rules } from './catalogue.ts';
import { identifyByTraits, resourceIdOf } from './identify.ts';
import type { Identity, Traits } from './identify.ts';
import { BYTE } from '../json/json-bytes.ts';
import { keyText, labelText } from './judge.ts';
import type { Hint, Misfits } from './judge.ts';
import type { ResourceId } from './resource-id.ts';
import type { Shape } from './shape.ts';
import { makeSpan, quarantined } from './span.ts';
import type { Span } from './span.ts';
import type { FastReader, OpenReader } from '../take-apart/split.ts';
import { NOTHING_UNSEEN } from './unseen.ts';
import { isQuarantined } from './verdict.ts';
import type { Problem } from './verdict.ts';

/**
 * Where a walk notes what tells whose a record is. What an annotation points to comes after them, or is one of them. The walk knows
 * the first seven too (`assembly/walk/slots.ts`): of three it is the text that counts, and of two what kind of resource it is the id of.
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
const LAST_TEXT = SLOT.action;
const CATEGORY = 1 << SLOT.category;
const NO_SLOT = -1;

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
  /** Whether each record is a span of its own: what its annotations tell may be another of each. */
  readonly isAlone: boolean;
}

/**
 * Reads those records of a message of which it can be told quickly that they are valid: in one walk over a record's bytes,
 * or in two where its category was not the expected one. On them it says what `judge` would, of as many at once as it says the same of.
 * So it does of a record that does not fit its schema in a way that the judge has been asked of before, and becomes a dead letter. Of
 * another it says no more than where it ends, and not even that where it may be no JSON.
 *
 * For one message at a time, and it keeps that until the next: opening a message ends the reading of the one before.
 */
export const openSieve: OpenReader = (text, isAlone) => {
  sieve ??= new Sieve();
  sieve.open(text, isAlone);
  return sieve;
};

export class Sieve implements FastReader, Traits {
  span: Span | undefined = undefined;
  isAscii = false;
  hint: Hint | undefined = undefined;
  readonly #rulesFor: Catalogue['rules'];
  #text: Buffer = Buffer.alloc(0);
  /** Whether each record is a span of its own. */
  #isAlone = false;
  readonly #walk = new ByteWalk();
  readonly #tables = new Map<string, Table>();
  readonly #anyRecord: Table;
  /** Records come in the company of their like: the table of the one before is tried first. */
  #table: Table;
  #identity: Identity | undefined;
  #rules: Rules;
  /** Records share what tells their category: what was found out of the one before holds until it changes. */
  #isIdentified = false;
  #isCategoryRead = false;
  #category: unknown;
  #isFirst = true;
  /** Whether messages of several categories follow each other. */
  #isVaried = false;
  /** Whether records of several categories stand side by side in the message. */
  #isMixed = false;
  /** Whether the record before could not be walked to its end. */
  #hasGivenUp = false;
  /** By the number that the walk knows them by. */
  readonly #knownMisfits = new Map<number, Misfits>();
  /** By what the walk guesses categories by. */
  readonly #guessedTables = new Map<number, Table>();

  /** @param rulesFor what records are held to; a test gives others than those that the build has made */
  constructor(rulesFor = catalogue.rules) {
    this.#rulesFor = rulesFor;
    this.#rules = rulesFor('unknown', 'none');
    this.#anyRecord = this.#tableOf(this.#rules);
    this.#table = this.#anyRecord;
  }

  open(text: Buffer, isAlone = false): void {
    this.#text = text;
    this.#isAlone = isAlone;
    this.isAscii = this.#walk.open(text);
    this.#isFirst = true;
    this.#isMixed = false;
  }

  read(start: number, inArray: boolean): number | undefined {
    if (this.#text[start] !== BYTE.openBrace) return undefined;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (isFirst ? this.#isVaried : this.#isMixed) this.#guessTable(start, isFirst);
    const end = this.#walkOver(start);
    if (end === -1) return this.#giveUp();
    this.#hasGivenUp = false;
    this.#identify();
    const { category } = this.#rules;
    if (category.schemaId !== this.#table.schemaId) {
      this.#table = this.#tableOf(this.#rules);
      if (isFirst) this.#isVaried = true;
      else this.#isMixed = true;
      this.#rememberTable(start);
      // It looks where the first walk did not, and so may not come to an end.
      if (this.#walkOver(start) === -1) return this.#giveUp();
    }
    return this.#walk.fits ? this.#gather(start, end, inArray) : this.#turnDown(start, end);
  }

  #walkOver(start: number): number {
    const end = this.#walk.walk(start, this.#table.record);
    const changed = this.#walk.takeChanged();
    if (changed !== 0) this.#isIdentified = false;
    if ((changed & CATEGORY) !== 0) this.#isCategoryRead = false;
    return end;
  }

  /** Of a record that has been walked over, and those that go with it. */
  #gather(start: number, recordEnd: number, inArray: boolean): number {
    const { record, recordKey, eventTime } = this.#table;
    const partitionKey = keyText(this.#value(this.#table.partitionKey));
    const label = labelText(this.#value(this.#table.label));
    const { unseen } = this.#walk;
    // Among mixed records a neighbour would be walked over by the wrong table, and then again by its own.
    const isAlone = !inArray || this.#isAlone || this.#isMixed || this.#table.isAlone;
    const end = this.#walk.gather(start, record, recordKey, eventTime, isAlone);
    if (end === -1) return this.#leave(recordEnd);
    const shared = { category: this.#rules.category, problems: NO_PROBLEMS, partitionKey, label, unseen };
    this.span = makeSpan(this.#text.subarray(start, end), shared, this.#walk.gathered());
    this.hint = undefined;
    return end;
  }

  /** The judge is to say what it is. */
  #leave(end: number, hint?: Hint): number {
    this.span = undefined;
    this.hint = hint;
    return end;
  }

  /** Of a record that does not fit, but in a way that the judge has been asked of before, it says what the judge has said. */
  #turnDown(start: number, end: number): number {
    const misfits = this.#misfits(start);
    const { problems } = misfits ?? {};
    const { category } = this.#rules;
    const scope = problems && isQuarantined(problems, category) ? this.#walk.scope : null;
    if (!problems || scope === null) {
      const unseen = this.#walk.hasUnseen ? undefined : NOTHING_UNSEEN;
      return this.#leave(end, { rules: this.#rules, unseen, misfits });
    }
    const { unseen } = this.#walk;
    this.span = quarantined(this.#text.subarray(start, end), category, problems, scope, unseen);
    this.hint = undefined;
    return end;
  }

  #misfits(start: number): Misfits | undefined {
    const number = this.#walk.misfits(start, this.#table.record);
    if (number === undefined) return undefined;
    const known = this.#walk.isToldAnew ? undefined : this.#knownMisfits.get(number);
    if (known) return known;
    const misfits: Misfits = { problems: undefined };
    this.#knownMisfits.set(number, misfits);
    return misfits;
  }

  /** Expects nothing of the next, where two in a row cannot be walked by this table: all others might not be either. */
  #giveUp(): undefined {
    if (this.#hasGivenUp) this.#table = this.#anyRecord;
    this.#hasGivenUp = true;
  }

  /** What records of the category had before. A guess, as any table is. */
  #guessTable(start: number, isFirst: boolean): void {
    const guess = this.#guessedTables.get(this.#walk.guessCategory(start));
    if (isFirst) this.#isVaried = guess !== undefined && guess !== this.#table;
    this.#table = guess ?? this.#table;
  }

  #rememberTable(start: number): void {
    const category = this.#walk.guessCategory(start);
    if (category === 0) return;
    if (this.#guessedTables.size >= MOST_TABLES) this.#guessedTables.clear();
    this.#guessedTables.set(category, this.#table);
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
    const isAlone = partitionKey !== NO_SLOT || label > LAST_TEXT;
    return { schemaId, record, recordKey, partitionKey, eventTime, label, isAlone };
  }

  #identify(): void {
    if (this.#isIdentified) return;
    const identity = identifyByTraits(this);
    if (identity !== this.#identity) this.#rules = this.#rulesFor(identity.source, identity.name);
    this.#identity = identity;
    this.#isIdentified = true;
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
    if (this.#walk.noted(slot) !== NOTED.string) return resourceIdOf(this.#value(slot));
    const found = this.#walk.resourceIn(slot);
    if ((found & RESOURCE.there) === 0) return undefined;
    const other = (found & RESOURCE.intune) !== 0 ? 'intune' : undefined;
    return {
      provider: (found & RESOURCE.entra) !== 0 ? 'entra' : other,
      isActivityScope: (found & RESOURCE.activityScope) !== 0,
    };
  }
}

/**
 * One for all messages: V8 throws away the code it has compiled for a class when a garbage collection finds no object of it,
 * and then begins with it again.
 */
let sieve: Sieve | undefined;
