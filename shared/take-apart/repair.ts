import { BYTE, isSpace } from '../json/json-bytes.ts';

/** The ways in which a value that is not JSON was made one. */
export type Repair = 'control-characters' | 'single-quotes' | 'trailing-commas';

export interface RepairedValue {
  /** Just past the value, in the broken text. */
  readonly end: number;
  /** The value as JSON: a slice of the text where nothing was to be repaired. */
  readonly bytes: Buffer;
  readonly repairs: ReadonlySet<Repair>;
}

/** Where and how a value is beyond repair. `truncated`: the text ends within it. */
export interface Beyond {
  readonly kind: 'truncated' | 'broken';
  readonly at: number;
  readonly detail: string;
}

/**
 * Reads one value of a text that is not JSON, and repairs what has one plain meaning: raw control characters in strings, strings in
 * single quotes, commas before a closing bracket. One pass, without recursion. It does not check what it takes over word for word:
 * the parser does.
 */
export function repairValue(text: Buffer, start: number): RepairedValue | Beyond {
  return new Repairer(text, start).run();
}

const SINGLE_QUOTE = 0x27;
const LETTER_U = 0x75;
const UNKNOWN_ESCAPE = 'an escape that JSON does not know';
const UNICODE_ESCAPE = /^\\u[\da-fA-F]{4}$/;
const UNICODE_ESCAPE_LENGTH = 6;
const FIRST_PRINTABLE = 0x20;
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;
const ESCAPABLE = new Set(Buffer.from('"\\/bfnrt'));

class Repairer {
  readonly #text: Buffer;
  readonly #start: number;
  readonly #repairs = new Set<Repair>();
  /** The closing brackets that are awaited. */
  readonly #open: number[] = [];
  /** The repaired value as far as the text before `copied`; its first `size` bytes. */
  #output = Buffer.alloc(0);
  #size = 0;
  #copied: number;
  #at: number;

  constructor(text: Buffer, start: number) {
    this.#text = text;
    this.#start = start;
    this.#copied = start;
    this.#at = start;
  }

  run(): RepairedValue | Beyond {
    do {
      const beyond = this.#readValue() ?? this.#readEnds();
      if (beyond) return beyond;
    } while (this.#open.length > 0);
    return { end: this.#at, bytes: this.#result(), repairs: this.#repairs };
  }

  /** A scalar, or the brackets that begin a value, up to the place where the next value stands. */
  #readValue(): Beyond | undefined {
    for (;;) {
      this.#skipSpace();
      const byte = this.#text[this.#at];
      if (byte === undefined) return this.#truncated();
      if (byte === BYTE.quote || byte === SINGLE_QUOTE) return this.#readString(byte);
      if (byte !== BYTE.openBrace && byte !== BYTE.openBracket) return this.#readScalar();
      this.#open.push(byte === BYTE.openBrace ? BYTE.closeBrace : BYTE.closeBracket);
      this.#at++;
      this.#skipSpace();
      if (this.#text[this.#at] === this.#open.at(-1)) return undefined;
      const beyond = byte === BYTE.openBrace ? this.#readKey() : undefined;
      if (beyond) return beyond;
    }
  }

  /** After a value: closing brackets, and the comma (and key) before the next value. */
  #readEnds(): Beyond | undefined {
    while (this.#open.length > 0) {
      this.#skipSpace();
      const byte = this.#text[this.#at];
      const awaited = this.#open.at(-1);
      if (byte === undefined) return this.#truncated();
      if (byte === awaited) {
        this.#open.pop();
        this.#at++;
      } else if (byte !== BYTE.comma) {
        return this.#broken('expected a comma or a closing bracket');
      } else if (!this.#dropTrailingComma(awaited)) {
        return awaited === BYTE.closeBrace ? this.#readKey() : undefined;
      }
    }
    return undefined;
  }

  #dropTrailingComma(awaited: number | undefined): boolean {
    const comma = this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] !== awaited) return false;
    this.#replace(comma, comma + 1, '', 'trailing-commas');
    return true;
  }

  #readKey(): Beyond | undefined {
    this.#skipSpace();
    const quote = this.#text[this.#at];
    if (quote === undefined) return this.#truncated();
    if (quote !== BYTE.quote && quote !== SINGLE_QUOTE) return this.#broken('expected a key');
    const beyond = this.#readString(quote);
    if (beyond) return beyond;
    this.#skipSpace();
    if (this.#at >= this.#text.length) return this.#truncated();
    if (this.#text[this.#at] !== BYTE.colon) return this.#broken('expected a colon');
    this.#at++;
    return undefined;
  }

  #readString(quote: number): Beyond | undefined {
    if (quote === SINGLE_QUOTE) this.#replace(this.#at, this.#at + 1, '"', 'single-quotes');
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const byte = this.#text[this.#at] ?? 0;
      if (byte === quote) {
        if (quote === SINGLE_QUOTE) this.#replace(this.#at, this.#at + 1, '"', 'single-quotes');
        this.#at++;
        return undefined;
      }
      if (byte === BYTE.quote) this.#replace(this.#at, this.#at + 1, '\\"', 'single-quotes');
      if (byte < FIRST_PRINTABLE) this.#escapeControl(byte);
      const beyond = byte === BYTE.backslash ? this.#readEscape() : undefined;
      if (beyond) return beyond;
    }
    return this.#truncated();
  }

  #escapeControl(byte: number): void {
    const escaped = JSON.stringify(String.fromCharCode(byte)).slice(1, -1);
    this.#replace(this.#at, this.#at + 1, escaped, 'control-characters');
  }

  /** Leaves `at` on the character that is escaped. */
  #readEscape(): Beyond | undefined {
    const escaped = this.#text[this.#at + 1];
    if (escaped === undefined) return this.#truncated();
    if (escaped === SINGLE_QUOTE) this.#replace(this.#at, this.#at + 1, '', 'single-quotes');
    else if (escaped === LETTER_U) return this.#readCodeUnit();
    else if (!ESCAPABLE.has(escaped)) return this.#broken(UNKNOWN_ESCAPE);
    this.#at++;
    return undefined;
  }

  #readCodeUnit(): Beyond | undefined {
    const end = this.#at + UNICODE_ESCAPE_LENGTH;
    if (end > this.#text.length) return this.#truncated();
    if (!UNICODE_ESCAPE.test(this.#text.toString('latin1', this.#at, end)))
      return this.#broken(UNKNOWN_ESCAPE);
    this.#at = end - 1;
    return undefined;
  }

  #readScalar(): Beyond | undefined {
    const from = this.#at;
    while (this.#at < this.#text.length && !endsWord(this.#text[this.#at])) this.#at++;
    if (this.#at === this.#text.length && this.#open.length > 0) return this.#truncated();
    if (SCALAR.test(this.#text.toString('latin1', from, this.#at))) return undefined;
    this.#at = from;
    return this.#broken('expected a value');
  }

  #replace(from: number, to: number, by: string, repair: Repair): void {
    this.#copy(from, by.length);
    this.#size += this.#output.write(by, this.#size, 'latin1');
    this.#copied = to;
    this.#repairs.add(repair);
  }

  /** The text up to `end`, with room for so many bytes after it. */
  #copy(end: number, room: number): void {
    const needed = this.#size + end - this.#copied + room;
    if (needed > this.#output.length) {
      const larger = Buffer.allocUnsafe(2 * needed);
      this.#output.copy(larger, 0, 0, this.#size);
      this.#output = larger;
    }
    this.#size += this.#text.copy(this.#output, this.#size, this.#copied, end);
    this.#copied = end;
  }

  #result(): Buffer {
    if (this.#repairs.size === 0) return this.#text.subarray(this.#start, this.#at);
    this.#copy(this.#at, 0);
    return this.#output.subarray(0, this.#size);
  }

  #skipSpace(): void {
    while (isSpace(this.#text[this.#at])) this.#at++;
  }

  #truncated(): Beyond {
    return { kind: 'truncated', at: this.#text.length, detail: 'the message ends within the record' };
  }

  #broken(detail: string): Beyond {
    return { kind: 'broken', at: this.#at, detail };
  }
}

function endsWord(byte: number | undefined): boolean {
  return byte === BYTE.comma || byte === BYTE.closeBrace || byte === BYTE.closeBracket || isSpace(byte);
}
