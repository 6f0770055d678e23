import { isUtf8 } from 'node:buffer';
import { escapeText } from '../json/escape.ts';

/** Bytes as they came, in a line of our own: as text, or in base64 where they are not UTF-8. */
export interface RawBody {
  encoding: 'utf8' | 'base64';
  body: string;
}

export function encodingOf(bytes: Buffer): RawBody['encoding'] {
  return isUtf8(bytes) ? 'utf8' : 'base64';
}

const BODY = Buffer.from(',"body":"');
const CLOSE = Buffer.from('"}');

/** The facts as JSON, and after them the bytes as their body. */
export function lineWithBody(facts: Pick<RawBody, 'encoding'>, bytes: Buffer): Buffer {
  const open = Buffer.from(JSON.stringify(facts)).subarray(0, -'}'.length);
  const body = facts.encoding === 'utf8' ? escapeText(bytes) : Buffer.from(bytes.toString('base64'));
  return Buffer.concat([open, BODY, body, CLOSE]);
}

/** The other way round. */
export function bytesOf({ encoding, body }: RawBody): Buffer {
  return Buffer.from(body, encoding);
}
