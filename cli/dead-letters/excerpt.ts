import { decode } from '../../shared/take-apart/decode.ts';
import { byteSize, printable } from '../format.ts';
import type { Letter } from './letter.ts';

const LONGEST = 200;
/** Before the place where a message breaks. */
const BEFORE = 80;

/** To look into it no more is unpacked. */
const LIMITS = { maxUnpackedBytes: 4 * 1024 * 1024, maxUnpackedRatio: 1_000 };

/** The beginning of a record; of a message, what is around the place where it breaks. Fit to be printed. */
export function excerptOf({ of, bytes, offset }: Pick<Letter, 'of' | 'bytes' | 'offset'>): string {
  if (bytes.length === 0) return '(no bytes)';
  const text = decode(bytes, LIMITS);
  if (!Buffer.isBuffer(text)) return `(${byteSize(bytes.length)}, ${text.detail})`;
  const start = of === 'message' ? Math.max(0, Math.min(offset, text.length) - BEFORE) : 0;
  const part = text.subarray(start, start + 4 * LONGEST).toString();
  return `${start > 0 ? '…' : ''}${printable(part, LONGEST)}`;
}
