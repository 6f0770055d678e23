/** @file What a thread of `packers.ts` runs. */

import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { packMember } from './gzip-member.ts';

interface Content {
  readonly content: Uint8Array;
  readonly note: Uint8Array;
}

/** With the memory of the content, which goes back to where it came from. The first says no more than that the thread runs. */
export type Answer = { readonly member: Uint8Array; readonly content: Uint8Array } | undefined;

const port = workerData as MessagePort;

port.on('message', ({ content, note }: Content) => {
  const member = packMember(asBuffer(content), asBuffer(note));
  answer({ member, content }, [member.buffer as ArrayBuffer, content.buffer as ArrayBuffer]);
});

answer(undefined, []);

function answer(what: Answer, moved: ArrayBuffer[]): void {
  port.postMessage(what, moved);
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
