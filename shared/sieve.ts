import { compileShape } from './byte-shape.ts';
import type { ByteValue } from './byte-shape.ts';
import { ByteWalk, NOTED } from './byte-walk.ts';
import { catalogue } from './catalogue.ts';
import type { Annotations, Rules } from './catalogue.ts';
import { eventTimeOf, usualEventTime } from './event-time.ts';
import { identifyByTraits, resourceIdOf } from './identify.ts';
import type { Identity, Traits } from './identify.ts';
import { jsonText, OPEN_BRACE, QUOTE } from './json-grammar.ts';
import type { JsonText } from './json-grammar.ts';
import { Interned } from './interned.ts';
import { keyText, labelText } from './judge.ts';
import { isInSubscription, readResourceId } from './resource-id.ts';
import type { ResourceId } from './resource-id.ts';
import { idText, LONGEST_SCOPE, subscriptionIn, SUBSCRIPTIONS } from './scope.ts';
import { KINDS, type Shape } from './shape.ts';
import type { FastReader } from './split.ts';
import type { Category, Problem, Verdict } from './verdict.ts';

/** Where a walk notes a record's `Traits` and `ScopeFields`; what an annotation points to comes after them, or is one of them. */
const SLOT = {
  category: 0,
  Category: 1,
  resourceId: 2,
  ResourceId: 3,
  operationName: 4,
  action: 5,
  '@timestamp': 6,
  properties: 7,
  tenantId: 8,
  org: 9,
} as const;
const TRAITS = Object.keys(SLOT).map((name) => `/${name}`);
const MAX_ANNOTATIONS = 4;
const NO_SLOT = -1;

/** Which of them are there tells few records apart: they are looked for when they are asked for, in a walk of their own. */
const PROPERTY_SLOT = { AuditEventId: 0, Actor: 1, ActivityType: 2 } as const;
const PROPERTY_TRAITS = Object.keys(PROPERTY_SLOT).map((name) => `/${name}`);
const PROPERTIES = compileShape(undefined, PROPERTY_TRAITS);

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
  readonly record: ByteValue;
  /** Slots, or `NO_SLOT`. */
  readonly recordKey: number;
  readonly partitionKey: number;
  readonly eventTime: number;
  readonly label: number;
}

/**
 * Reads those records of a message of which it can be told quickly that they are valid: in one walk over a record's bytes,
 * or in two where its category was not the expected one. On them it gives the verdict that `judge` would; of others it
 * says nothing. Undefined where the message is none that can be read so.
 *
 * For one message at a time, and it keeps that until the next: opening a message ends the reading of the one before.
 */
export function openSieve(text: Buffer): FastReader | undefined {
  const json = jsonText(text);
  if (json) sieve.open(text, json);
  return json && sieve;
}

class Sieve implements FastReader, Traits {
  verdict: Verdict | undefined = undefined;
  #text: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  readonly #walk = new ByteWalk(TRAITS.length + MAX_ANNOTATIONS);
  readonly #propertyWalk = new ByteWalk(PROPERTY_TRAITS.length);
  /** Records come in the company of their like: the table of the one before is tried first. */
  #table = ANY_RECORD;
  #isSure = true;
  #identity: Identity | undefined;
  #rules = catalogue.rules('unknown', 'none');
  /** Whether records of several categories stand side by side in the message. */
  #isMixed = false;
  readonly #tables = new Map<string, Table>();
  readonly #categories = new Interned();
  readonly #interned = new Interned();
  #lastSubscription: string | undefined;
  #subscriptionStart = 0;
  #subscriptionEnd = 0;
  #category = '';
  #categoryStart = 0;
  #categoryEnd = 0;

  open(text: Buffer, json: JsonText): void {
    this.#text = text;
    this.#view = json.view;
    this.#walk.open(json);
    this.#propertyWalk.open(json);
    this.#categoryEnd = 0;
    this.#subscriptionEnd = 0;
    this.#isMixed = false;
  }

  read(start: number): number | undefined {
    if (this.#text[start] !== OPEN_BRACE) return undefined;
    if (this.#isMixed) this.#table = this.#tableByCategory(start);
    const end = this.#walk.walk(start, this.#table.record);
    if (end === -1) return this.#giveUp();
    this.#isSure = true;
    const rules = this.#rulesOf(identifyByTraits(this));
    if (rules.category.schemaId !== this.#table.schemaId) {
      this.#table = tableOf(rules);
      this.#isMixed = true;
      this.#rememberTable(start);
      // It looks where the first walk did not, and so may not come to an end.
      if (this.#walk.walk(start, this.#table.record) === -1) return this.#giveUp();
    }
    if (!this.#walk.fits || !this.#isSure) return undefined;
    this.verdict = this.#verdictOf(rules.category, this.#table);
    return end;
  }

  /** Expects nothing of the next record, or records that cannot be walked by this table would be met by it again and again. */
  #giveUp(): undefined {
    this.#table = ANY_RECORD;
  }

  /** What records of the category had before, which is read where it mostly stands. A guess, as any table is. */
  #tableByCategory(start: number): Table {
    const category = this.#guessCategory(start);
    return (category === undefined ? undefined : this.#tables.get(category)) ?? this.#table;
  }

  #rememberTable(start: number): void {
    const category = this.#guessCategory(start);
    if (category === undefined) return;
    if (this.#tables.size >= MOST_TABLES) this.#tables.clear();
    this.#tables.set(category, this.#table);
  }

  #guessCategory(start: number): string | undefined {
    const front = this.#text.subarray(start, start + FRONT_OF_RECORD);
    const key = front.indexOf(CATEGORY_KEY);
    const end = front.indexOf(QUOTE, key + CATEGORY_KEY.length);
    if (key === -1 || end === -1) return undefined;
    return this.#categories.text(front, key + CATEGORY_KEY.length, end);
  }

  #rulesOf(identity: Identity): Rules {
    if (identity !== this.#identity) {
      this.#identity = identity;
      this.#rules = catalogue.rules(identity.source, identity.name);
    }
    return this.#rules;
  }

  #verdictOf(category: Category, { recordKey, partitionKey, eventTime, label }: Table): Verdict {
    return {
      category,
      problems: NO_PROBLEMS,
      recordKey: keyText(this.#value(recordKey)),
      partitionKey: keyText(this.#value(partitionKey)),
      eventTime: this.#time(eventTime),
      label: labelText(this.#value(label)),
      scope: this.#scope(),
      unseen: this.#walk.unseen,
    };
  }

  #time(slot: number): number | undefined {
    const { noted, starts, ends } = this.#walk;
    const isText = slot !== NO_SLOT && noted[slot] === NOTED.string;
    const usual = isText
      ? usualEventTime(this.#text, (starts[slot] as number) + 1, (ends[slot] as number) - 1)
      : undefined;
    return usual ?? eventTimeOf(this.#value(slot));
  }

  /** As `scopeOf` tells it. */
  #scope(): string | undefined {
    return this.#subscription() ?? this.#id(SLOT.tenantId) ?? this.#id(SLOT.org);
  }

  #subscription(): string | undefined {
    const { noted, starts, ends } = this.#walk;
    const isThere = noted[SLOT.resourceId] !== NOTED.nothing && noted[SLOT.resourceId] !== KINDS.null;
    const slot = isThere ? SLOT.resourceId : SLOT.ResourceId;
    if (noted[slot] === NOTED.nothing) return undefined;
    if (noted[slot] !== NOTED.string) return subscriptionIn(this.#value(slot));
    const start = (starts[slot] as number) + 1;
    const end = (ends[slot] as number) - 1;
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
    const { noted, starts, ends } = this.#walk;
    if (noted[slot] !== NOTED.string) return idText(this.#value(slot));
    return this.#internedId((starts[slot] as number) + 1, (ends[slot] as number) - 1);
  }

  #internedId(start: number, end: number): string | undefined {
    return start === end || end - start > LONGEST_SCOPE
      ? undefined
      : this.#interned.text(this.#text, start, end);
  }

  /** As parsing gives it, but null for all that is neither text nor number. */
  #value(slot: number): unknown {
    if (slot === NO_SLOT) return undefined;
    const { noted, starts, ends } = this.#walk;
    const start = starts[slot] as number;
    const end = ends[slot] as number;
    const kind = noted[slot];
    if (kind === NOTED.nothing) return undefined;
    if (kind === NOTED.string) return this.#text.toString('utf8', start + 1, end - 1);
    if (kind === NOTED.escapedString) return JSON.parse(this.#text.toString('utf8', start, end));
    return kind === NOTED.number ? Number(this.#text.toString('latin1', start, end)) : null;
  }

  /** The records of a message mostly share theirs, and making it a string takes longer than comparing it. */
  get category(): unknown {
    const { noted, starts, ends } = this.#walk;
    if (noted[SLOT.category] !== NOTED.string) return this.#value(SLOT.category);
    const start = starts[SLOT.category] as number;
    const end = ends[SLOT.category] as number;
    if (!areSame(this.#view, start, end, this.#categoryStart, this.#categoryEnd)) {
      this.#category = this.#text.toString('utf8', start + 1, end - 1);
      this.#categoryStart = start;
      this.#categoryEnd = end;
    }
    return this.#category;
  }

  get Category(): unknown {
    return this.#value(SLOT.Category);
  }

  get resourceId(): ResourceId | undefined {
    return this.#resourceId(SLOT.resourceId);
  }

  get ResourceId(): ResourceId | undefined {
    return this.#resourceId(SLOT.ResourceId);
  }

  get operationName(): unknown {
    return this.#value(SLOT.operationName);
  }

  get action(): unknown {
    return this.#value(SLOT.action);
  }

  get '@timestamp'(): unknown {
    return this.#value(SLOT['@timestamp']);
  }

  get properties(): Traits['properties'] {
    if (this.#walk.noted[SLOT.properties] !== NOTED.object) return undefined;
    const { noted } = this.#propertyWalk;
    const end = this.#propertyWalk.walk(this.#walk.starts[SLOT.properties] as number, PROPERTIES);
    if (end === -1) this.#isSure = false;
    return {
      AuditEventId: noted[PROPERTY_SLOT.AuditEventId] || undefined,
      Actor: noted[PROPERTY_SLOT.Actor] || undefined,
      ActivityType: noted[PROPERTY_SLOT.ActivityType] || undefined,
    };
  }

  #resourceId(slot: number): ResourceId | undefined {
    const { noted, starts, ends } = this.#walk;
    if (noted[slot] !== NOTED.string) return resourceIdOf(this.#value(slot));
    const start = (starts[slot] as number) + 1;
    const end = (ends[slot] as number) - 1;
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

const tables = new Map<string, Table>();

/** Made once for each schema; categories without one share a table that asks for nothing. */
function tableOf({ category, annotations, shape }: Rules): Table {
  const { schemaId } = category;
  const table = tables.get(schemaId) ?? makeTable(schemaId, annotations, shape());
  tables.set(schemaId, table);
  return table;
}

function makeTable(schemaId: string, annotations: Annotations, shape: Shape | undefined): Table {
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
  return { schemaId, record: compileShape(shape, noted), recordKey, partitionKey, eventTime, label };
}

const ANY_RECORD = tableOf(catalogue.rules('unknown', 'none'));

/**
 * One for all messages: V8 throws away the code it has compiled for a class when a garbage collection finds no object of it,
 * and then begins with it again.
 */
const sieve = new Sieve();
