import { gzipSync } from 'node:zlib';
import { noGap, toJson } from './json.ts';
import { finish, type Draft, type SampleMessage } from './message.ts';
import type { Random } from './random.ts';

/** Of how many messages the bytes are not those of plain JSON. */
const WRAPPED_SHARE = 0.06;

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** What forwarders between a product and the hub make of messages, all of it without a record lost. */
const WRAPPINGS: readonly ((draft: Draft, random: Random) => Buffer)[] = [
  (draft, random) => lines(draft, random),
  (draft) => gzipSync(finish(draft).body),
  (draft) => Buffer.concat([BYTE_ORDER_MARK, finish(draft).body]),
  (draft) => Buffer.from(`[${compact(draft).join(',')}]`),
  (draft, random) => gzipSync(lines(draft, random)),
];

/** The message as its product sends it, or now and then as NDJSON, gzip, a bare array or with a byte-order mark. */
export function wrapped(draft: Draft, random: Random): SampleMessage {
  const message = finish(draft);
  if (!random.chance(WRAPPED_SHARE)) return message;
  return { ...message, body: random.pick(WRAPPINGS)(draft, random) };
}

function lines(draft: Draft, random: Random): Buffer {
  const lineEnd = random.pick(['\n', '\r\n']);
  return Buffer.from(compact(draft).join(lineEnd) + random.pick(['', lineEnd]));
}

function compact({ records }: Draft): string[] {
  return records.map(({ value }) => toJson(value, noGap));
}
