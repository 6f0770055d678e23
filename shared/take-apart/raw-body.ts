import { isUtf8 } from 'node:buffer';
import { escapeText } from '../json/escape.ts';

/** Bytes as they came, in a line of our own: as text, or in base64 where they are not UTF-8. */
export interface RawBody {
  encoding: 'utf8' | 'base64';
  body: string;
}

const TEXT = Buffer.from(',"encoding":"utf8","body":"');
const BASE64 = Buffer.from(',"encoding":"base64","body":"');
const CLOSE = Buffer.from('"}');

/** The facts as JSON, and after them the bytes as their body. */
export function lineWithBody(facts: object, bytes: Buffer): Buffer {
  const open = Buffer.from(JSON.stringify(facts)).subarray(0, -'}'.length);
  if (isUtf8(bytes)) return Buffer.concat([open, TEXT, escapeText(bytes), CLOSE]);
  return Buffer.concat([open, BASE64, Buffer.from(bytes.toString('base64')), CLOSE]);
}

/** The other way round. */
export function bytesOf({ encoding, body }: RawBody): Buffer {
  return Buffer.from(body, encoding);
}
