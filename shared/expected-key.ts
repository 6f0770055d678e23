/**
 * A key as it nearly always stands, `"name":`, to be compared with bytes four at a time. The words of a short key overlap,
 * and all that are left are the last again: so there are no branches for a processor to guess wrong.
 */
export interface ExpectedKey {
  /** Of `"name":`, in bytes. */
  readonly length: number;
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
  readonly lastWord: number;
  /** Where words stand, from the opening quote. */
  readonly at1: number;
  readonly at2: number;
  readonly at3: number;
  readonly atLast: number;
  /** Those that a long key has between the fourth and the last. */
  readonly moreWords: Int32Array;
  /** `"name"` */
  readonly quoted: Uint8Array;
}

/** So many bytes are in a word. */
const WORD = 4;
const WORDS_WITHOUT_LOOP = 4;

/** Expects a key as JSON writes it; one that needs escapes, in their usual spelling. */
export function expectKey(name: string): ExpectedKey {
  const token = Buffer.from(`${JSON.stringify(name)}:`);
  const view = new DataView(token.buffer, token.byteOffset, token.length);
  const atLast = Math.max(token.length - WORD, 0);
  const at = (word: number) => Math.min(word * WORD, atLast);
  // The empty key is too short. No text has a word of zeros, and so it is never where it is expected.
  const wordAt = (place: number) => (token.length < WORD ? 0 : view.getInt32(place, true));
  const more = Math.ceil((atLast - at(WORDS_WITHOUT_LOOP)) / WORD);
  return {
    length: token.length,
    word0: wordAt(0),
    word1: wordAt(at(1)),
    word2: wordAt(at(2)),
    word3: wordAt(at(3)),
    lastWord: wordAt(atLast),
    at1: at(1),
    at2: at(2),
    at3: at(3),
    atLast,
    moreWords: Int32Array.from({ length: more }, (_, i) => wordAt(at(WORDS_WITHOUT_LOOP + i))),
    quoted: token.subarray(0, -1),
  };
}

/** Whether the key stands at `at`, with nothing between it and its colon. */
export function isExpectedAt(key: ExpectedKey, view: DataView, length: number, at: number): boolean {
  if (at + key.length > length) return false;
  const difference =
    (view.getInt32(at, true) ^ key.word0) |
    (view.getInt32(at + key.at1, true) ^ key.word1) |
    (view.getInt32(at + key.at2, true) ^ key.word2) |
    (view.getInt32(at + key.at3, true) ^ key.word3) |
    (view.getInt32(at + key.atLast, true) ^ key.lastWord);
  return difference === 0 && (key.moreWords.length === 0 || isRestAt(key, view, at));
}

function isRestAt({ moreWords }: ExpectedKey, view: DataView, at: number): boolean {
  for (let i = 0; i < moreWords.length; i++) {
    if (view.getInt32(at + (WORDS_WITHOUT_LOOP + i) * WORD, true) !== moreWords[i]) return false;
  }
  return true;
}

/** Whether these bytes, quotes and all, are the key. */
export function isKey({ quoted }: ExpectedKey, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== quoted.length) return false;
  for (let i = 0; i < quoted.length; i++) if (bytes[start + i] !== quoted[i]) return false;
  return true;
}
