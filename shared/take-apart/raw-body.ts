import { isUtf8 } from 'node:buffer';
import { escapeText } from '../json/escape.ts';

/** Bytes as they came, in a line of our own: as text, or in base64 where they are not UTF-8. */
export interface RawBody {
  encoding: 'utf8' | 'base64';
  body: string;
}

const CLOSE = Buffer.from('"}');

/** @param facts an object as JSON, to which the bytes are added as its body */
export function lineWithBody(facts: string, bytes: Buffer): Buffer {
  const isText = isUtf8(bytes);
  const open = `${facts.slice(0, -'}'.length)},"encoding":"${isText ? 'utf8' : 'base64'}","body":"`;
  const body = isText ? escapeText(bytes) : Buffer.from(bytes.toString('base64'));
  const start = Buffer.byteLength(open);
  const line = Buffer.allocUnsafe(start + body.length + CLOSE.length);
  line.write(open);
  line.set(body, start);
  line.set(CLOSE, start + body.length);
  return line;
}

/** The other way round. */
export function bytesOf({ encoding, body }: RawBody): Buffer {
  return Buffer.from(body, encoding);
}
