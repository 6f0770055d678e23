import { inflateRawSync } from 'node:zlib';
import { deflate } from '../../shared/blocks/deflate.ts';
import { fuzzTexts } from './texts.ts';

export interface PackResult {
  readonly texts: number;
  readonly bytes: number;
  readonly packedBytes: number;
  /** Those that zlib does not unpack to what they were. */
  readonly wrong: readonly Buffer[];
}

const MOST_WRONG = 20;

/** Packs random texts as members of blocks are packed, and has zlib unpack them. */
export function packTexts({ texts, seed }: { texts: number; seed: number }): PackResult {
  const wrong: Buffer[] = [];
  let [done, bytes, packedBytes] = [0, 0, 0];
  for (const text of fuzzTexts(seed)) {
    if (done === texts || wrong.length === MOST_WRONG) break;
    const packed = deflate(text);
    if (!isTextOf(packed, text)) wrong.push(text);
    done++;
    bytes += text.length;
    packedBytes += packed.length;
  }
  return { texts: done, bytes, packedBytes, wrong };
}

function isTextOf(packed: Buffer, text: Buffer): boolean {
  try {
    return inflateRawSync(packed).equals(text);
  } catch {
    return false;
  }
}
