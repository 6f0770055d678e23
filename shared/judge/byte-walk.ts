import { compileShape } from './byte-shape.ts';
import type { EventTimes } from './event-time.ts';
import { KINDS, type Shape } from './shape.ts';
import type { Gathered, ScopeCount } from './span.ts';
import { addUnseen, noteUnseen, NOTHING_UNSEEN } from './unseen.ts';
import { openWalkModule } from './walk-module.ts';
import type { WalkModule } from './walk-module.ts';
import { constantsOf } from '../wasm.ts';
import type { Address, ConstantsOf } from '../wasm.ts';

/** The tables that a walk goes by. */
export type WalkTable = Address;

/** What a walk has noted in a slot. */
export const NOTED = {
  nothing: 0,
  string: KINDS.string,
  escapedString: KINDS.string | 128,
  number: KINDS.integer | KINDS.fraction,
  object: KINDS.object,
} as const;

/** What a walk has seen of the id of a resource, in bits. */
export const RESOURCE = { there: 1, activityScope: 2, entra: 4, intune: 8 } as const;

/** Where the classes of `assembly/walk/` have their fields, in words of four bytes, and how many of them some have. */
const WORDS_OF_PLACE = 2;
const WORDS_OF_UNSEEN = 3;
const FINDINGS = { fits: 0, unseen: 1, changed: 2, isToldAnew: 3 } as const;
/** The first two are numbers of eight bytes. */
const SPAN = { least: 0, greatest: 1, records: 4, scopes: 5, generation: 6, hasLineBreaks: 7 } as const;
const SCOPE = { records: 0, length: 1, text: 2 } as const;
const WORD = 4;
const MANY = 64;
const NOWHERE = 0;
const UNTOLD = -1;
const NO_SCOPE = -1;
const UNSURE_SCOPE = -2;

/** Behind what is left of a long text at least so much of the window is left: longer records are for others to read. */
const LONGEST_RECORD = 128 * 1024;

/** Where things lie in the module's memory: of bytes in bytes, of all else in words. */
function addressesIn(constants: ConstantsOf<WalkModule>) {
  const { kinds, resources, keys } = constants;
  return {
    kinds,
    resources,
    keys,
    places: constants.places / WORD,
    unseen: constants.unseen / WORD,
    findings: constants.findingsAt / WORD,
    span: constants.span / WORD,
    ends: constants.ends / WORD,
    keyEnds: constants.keyEnds / WORD,
    scopes: constants.scopes / WORD,
    counted: constants.counted / WORD,
    wordsOfScope: constants.SCOPE_BYTES / WORD,
  };
}

/**
 * Walks over records of a text by tables: checks the grammar, sees whether the values fit, and notes where those with a slot stand.
 * The walk itself is WebAssembly, on a copy of the text; of a long one, on as much as has room in its window.
 */
export class ByteWalk {
  readonly #module = openWalkModule();
  readonly #constants = constantsOf(this.#module);
  readonly #window = this.#constants.window;
  readonly #windowBytes = this.#constants.WINDOW_BYTES;
  readonly #at = addressesIn(this.#constants);
  #words = new Int32Array(this.#module.memory.buffer);
  #numbers = new Float64Array(this.#module.memory.buffer);
  #bytes = Buffer.from(this.#module.memory.buffer);
  /** By the number that the tables know them by. */
  readonly #pointers: string[] = [];
  #text: Buffer = Buffer.alloc(0);
  /** What the window holds of the text. */
  #from = 0;
  #to = 0;
  /** By the number that the module knows them by, as long as these numbers hold. */
  readonly #scopes: string[] = [];
  #generation = 0;

  /** What the JSON pointer `noted[i]` points to is noted in slot `i`. */
  compile(shape: Shape | undefined, noted: readonly string[]): WalkTable {
    if (noted.length > this.#constants.SLOTS) throw new RangeError('more to note than slots');
    const table = compileShape(
      {
        module: this.#module,
        writeKey: (name) => {
          const key = Buffer.from(`${JSON.stringify(name)}:`);
          this.#viewMemory();
          this.#bytes.set(key, this.#window);
          return key.length;
        },
        numberOf: (pointer) => this.#pointers.push(pointer) - 1,
      },
      shape,
      noted,
    );
    this.#viewMemory();
    // The window was used for keys.
    this.#load(this.#from);
    return table;
  }

  /** Making tables lets it grow, and then it is another buffer. */
  #viewMemory(): void {
    this.#words = new Int32Array(this.#module.memory.buffer);
    this.#numbers = new Float64Array(this.#module.memory.buffer);
    this.#bytes = Buffer.from(this.#module.memory.buffer);
  }

  /** Answers whether the text surely is of ASCII alone. */
  open(text: Buffer): boolean {
    this.#text = text;
    return this.#load(0) && this.#to === text.length;
  }

  /**
   * A number that records share whose category has the same name, and others hardly ever; 0 for one that does not name it early, as
   * products mostly write it. Only ever a guess: what is read may be the name of something else.
   */
  guessCategory(start: number): number {
    return this.#module.guessCategory(this.#reach(start), this.#window + this.#to - this.#from);
  }

  /** Walks over the object that begins at `start`. Answers where it ends; -1 where it is no JSON, or not surely so. */
  walk(start: number, table: WalkTable): number {
    const end = this.#module.walk(this.#reach(start), table);
    return end === NOWHERE ? -1 : end - this.#window + this.#from;
  }

  /**
   * Goes on from the record that was walked over last, which begins at `start`, to those behind it that fit and of which the same was
   * found, or keeps to it alone. Answers where the last one ends; -1 where it is not sure of the first. Slots are -1 where nobody asks
   * for them.
   */
  gather(start: number, table: WalkTable, keySlot: number, timeSlot: number, isAlone: boolean): number {
    const begun = this.#window + start - this.#from;
    const limit = isAlone ? NOWHERE : this.#limit();
    const end = this.#module.gather(begun, table, keySlot, timeSlot, limit);
    return end === NOWHERE ? -1 : end - this.#window + this.#from;
  }

  /** Where a record lies in the window, which is filled anew where its end may be missing. */
  #reach(start: number): Address {
    if (start + LONGEST_RECORD > this.#to && this.#to < this.#text.length) this.#load(start);
    return this.#window + start - this.#from;
  }

  /** Behind it no record is to begin before more of the text has been loaded. */
  #limit(): number {
    const isLast = this.#to === this.#text.length;
    return this.#window + this.#to - this.#from - (isLast ? 0 : LONGEST_RECORD);
  }

  /** Of the records that were gathered last. */
  gathered(): Gathered {
    const { ends, keys } = this.#at;
    const records = this.#words[this.#at.span + SPAN.records] as number;
    const keyEnds = this.#copy(this.#at.keyEnds, records);
    return {
      ends: this.#copy(ends, records),
      keys: this.#bytes.toString('latin1', keys, keys + (keyEnds[records - 1] as number)),
      keyEnds,
      times: this.#times(),
      scopes: this.#scopesOfSpan(),
      hasLineBreaks: this.#words[this.#at.span + SPAN.hasLineBreaks] !== 0,
    };
  }

  /** Of few, which it mostly is, a loop makes a copy in a third of the time. */
  #copy(start: number, count: number): Int32Array {
    if (count > MANY) return this.#words.slice(start, start + count);
    const copy = new Int32Array(count);
    for (let i = 0; i < count; i++) copy[i] = this.#words[start + i] as number;
    return copy;
  }

  #times(): EventTimes | undefined {
    const least = this.#numbers[this.#at.span / 2 + SPAN.least] as number;
    const greatest = this.#numbers[this.#at.span / 2 + SPAN.greatest] as number;
    return least <= greatest ? { least, greatest } : undefined;
  }

  #scopesOfSpan(): ScopeCount[] {
    this.#forgetScopes();
    const count = this.#words[this.#at.span + SPAN.scopes] as number;
    const found: ScopeCount[] = [];
    for (let i = 0; i < count; i++) {
      const number = this.#words[this.#at.counted + i] as number;
      const records = this.#words[this.#scopeAt(number) + SCOPE.records] as number;
      found.push({ scope: this.#scope(number), records });
    }
    return found;
  }

  /** The tenant or subscription of the record that was walked over last; undefined where it has none, null where that is not sure. */
  get scope(): string | undefined | null {
    const number = this.#module.scopeOfRecord();
    this.#forgetScopes();
    if (number === UNSURE_SCOPE) return null;
    return number === NO_SCOPE ? undefined : this.#scope(number);
  }

  /** Where numbers stand for others than before. */
  #forgetScopes(): void {
    const generation = this.#words[this.#at.span + SPAN.generation] as number;
    if (generation !== this.#generation) this.#scopes.length = 0;
    this.#generation = generation;
  }

  #scopeAt(number: number): number {
    return this.#at.scopes + number * this.#at.wordsOfScope;
  }

  #scope(number: number): string {
    return (this.#scopes[number] ??= this.#scopeText(this.#scopeAt(number)));
  }

  #scopeText(at: number): string {
    const text = (at + SCOPE.text) * WORD;
    const length = this.#words[at + SCOPE.length] as number;
    return this.#bytes.toString('utf8', text, text + length).toLowerCase();
  }

  /**
   * A small number for what of the record that was walked over last does not fit, and how; undefined where that cannot all be told. Records
   * of one number have the same problems, until `isToldAnew` says that it is another's now.
   */
  misfits(start: number, table: WalkTable): number | undefined {
    const place = this.#module.tellMisfits(this.#window + start - this.#from, table);
    return place === UNTOLD ? undefined : place;
  }

  get isToldAnew(): boolean {
    return this.#words[this.#at.findings + FINDINGS.isToldAnew] !== 0;
  }

  /** Whether all that the last walk came by fits. */
  get fits(): boolean {
    return this.#words[this.#at.findings + FINDINGS.fits] !== 0;
  }

  /**
   * The bits of the slots that tell whose a record is and hold another kind than after the walk before; of the first three, another
   * string, and of the next two, the id of another kind of resource. Of all walks since it was asked for last.
   */
  takeChanged(): number {
    const at = this.#at.findings + FINDINGS.changed;
    const changed = this.#words[at] as number;
    this.#words[at] = 0;
    return changed;
  }

  /** One of `NOTED`, or another kind. */
  noted(slot: number): number {
    return this.#bytes[this.#at.kinds + slot] as number;
  }

  /** The bits of `RESOURCE`, where the slot holds the id of one, without escapes. */
  resourceIn(slot: number): number {
    return this.#bytes[this.#at.resources + slot] as number;
  }

  startOf(slot: number): number {
    return this.#position(this.#at.places + slot * WORDS_OF_PLACE);
  }

  endOf(slot: number): number {
    return this.#position(this.#at.places + slot * WORDS_OF_PLACE + 1);
  }

  get hasUnseen(): boolean {
    return this.#words[this.#at.findings + FINDINGS.unseen] !== 0;
  }

  /** JSON pointers to the fields that the last walk came by and its shapes do not name. */
  get unseen(): readonly string[] {
    const count = this.#words[this.#at.findings + FINDINGS.unseen] as number;
    if (count === 0) return NOTHING_UNSEEN;
    const found = new Set<string>();
    for (let i = 0; i < count; i++) {
      const place = this.#at.unseen + i * WORDS_OF_UNSEEN;
      const pointer = this.#pointers[this.#words[place] as number] ?? '';
      if (this.#words[place + 1] === NOWHERE) addUnseen(pointer, found);
      else noteUnseen(pointer, this.#key(place + 1), found);
    }
    return [...found];
  }

  #key(place: number): string {
    return this.#text.toString('utf8', this.#position(place), this.#position(place + 1));
  }

  /** In the text, of what an address in memory points to. */
  #position(place: number): number {
    return (this.#words[place] as number) - this.#window + this.#from;
  }

  /** Answers whether all that is in the window is of ASCII. */
  #load(from: number): boolean {
    const to = Math.min(from + this.#windowBytes, this.#text.length);
    const isAll = from === 0 && to === this.#text.length;
    this.#bytes.set(isAll ? this.#text : this.#text.subarray(from, to), this.#window);
    this.#from = from;
    this.#to = to;
    return this.#module.open(to - from) !== 0;
  }
}
