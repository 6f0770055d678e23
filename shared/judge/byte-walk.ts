import { compileShape } from './byte-shape.ts';
import { KINDS, type Shape } from './shape.ts';
import { addUnseen, noteUnseen, NOTHING_UNSEEN } from './unseen.ts';
import { openWalkModule } from './walk-module.ts';
import type { Address } from './walk-module.ts';

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

/** In the module's memory, as `Place`, `Unseen` and `Findings` of `assembly/walk.ts` lie there: in words of four bytes. */
const WORDS_OF_PLACE = 2;
const WORDS_OF_UNSEEN = 3;
const NOWHERE = 0;

/** Behind what is left of a long text at least so much of the window is left: longer records are for others to read. */
const LONGEST_RECORD = 128 * 1024;

/**
 * Walks over records of a text by tables: checks the grammar, sees whether the values fit, and notes where those with a slot stand.
 * The walk itself is WebAssembly, on a copy of the text; of a long one, on as much as has room in its window.
 */
export class ByteWalk {
  readonly #module = openWalkModule();
  readonly #window = this.#module.window.value;
  readonly #windowBytes = this.#module.WINDOW_BYTES.value;
  readonly #kinds = this.#module.kinds.value;
  readonly #places = this.#module.places.value / 4;
  readonly #unseen = this.#module.unseen.value / 4;
  readonly #findings = this.#module.findings.value / 4;
  #words = new Int32Array(this.#module.memory.buffer);
  #bytes = new Uint8Array(this.#module.memory.buffer);
  /** By the number that the tables know them by. */
  readonly #pointers: string[] = [];
  #text: Buffer = Buffer.alloc(0);
  /** What the window holds of the text. */
  #from = 0;
  #to = 0;

  /** What the JSON pointer `noted[i]` points to is noted in slot `i`. */
  compile(shape: Shape | undefined, noted: readonly string[]): WalkTable {
    if (noted.length > this.#module.SLOTS.value) throw new RangeError('more to note than slots');
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
    this.#bytes = new Uint8Array(this.#module.memory.buffer);
  }

  open(text: Buffer): void {
    this.#text = text;
    this.#load(0);
  }

  /** Walks over the object that begins at `start`. Answers where it ends; -1 where it is no JSON, or not surely so. */
  walk(start: number, table: WalkTable): number {
    if (start + LONGEST_RECORD > this.#to && this.#to < this.#text.length) this.#load(start);
    const end = this.#module.walk(this.#window + start - this.#from, table);
    return end === NOWHERE ? -1 : end - this.#window + this.#from;
  }

  /** Whether all that the last walk came by fits. */
  get fits(): boolean {
    return this.#words[this.#findings] !== 0;
  }

  /** The bits of the slots that hold a value of another kind than after the walk before; of the first eight, or another string. */
  get changed(): number {
    return this.#words[this.#findings + 2] as number;
  }

  /** One of `NOTED`, or another kind. */
  noted(slot: number): number {
    return this.#bytes[this.#kinds + slot] as number;
  }

  startOf(slot: number): number {
    return this.#position(this.#places + slot * WORDS_OF_PLACE);
  }

  endOf(slot: number): number {
    return this.#position(this.#places + slot * WORDS_OF_PLACE + 1);
  }

  /** JSON pointers to the fields that the last walk came by and its shapes do not name. */
  get unseen(): readonly string[] {
    const count = this.#words[this.#findings + 1] as number;
    if (count === 0) return NOTHING_UNSEEN;
    const found = new Set<string>();
    for (let i = 0; i < count; i++) {
      const place = this.#unseen + i * WORDS_OF_UNSEEN;
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

  #load(from: number): void {
    const to = Math.min(from + this.#windowBytes, this.#text.length);
    this.#bytes.set(this.#text.subarray(from, to), this.#window);
    this.#bytes[this.#window + to - from] = 0;
    this.#from = from;
    this.#to = to;
  }
}
