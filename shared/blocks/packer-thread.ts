/** @file What a thread of `packers.ts` runs. */

import { parentPort, workerData } from 'node:worker_threads';
import { packMember } from './gzip-member.ts';

interface Content {
  readonly content: Uint8Array;
  readonly note: Uint8Array;
}

/** With the memory of the content, which goes back to where it came from. */
export interface PackedContent {
  readonly member: Uint8Array;
  readonly content: Uint8Array;
}

const done = workerData as Int32Array;

parentPort?.on('message', ({ content, note }: Content) => {
  const member = packMember(asBuffer(content), asBuffer(note));
  const packed: PackedContent = { member, content };
  Atomics.add(done, 0, 1);
  parentPort?.postMessage(packed, [member.buffer as ArrayBuffer, content.buffer as ArrayBuffer]);
});

Atomics.add(done, 0, 1);

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
