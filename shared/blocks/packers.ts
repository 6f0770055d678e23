import { availableParallelism } from 'node:os';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { packMember } from './gzip-member.ts';
import type { Answer } from './packer-thread.ts';
import { handOver, takeBack } from './slabs.ts';

/** Packs a member. Takes the content's memory, which nobody else may use any more. */
export type PackMember = (content: Buffer, note: Buffer) => Promise<Buffer>;

/** What is smaller is packed here before another thread would have begun with it. */
const WORTH_THE_WAY = 64 * 1024;

/** What a thread has to do: what it packs, and what it packs next. More, and this thread would wait for it in the end. */
const ENOUGH = 2;

/** A neighbour of this file, in source and in what the build makes of it. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? 'packer-thread.ts' : 'packer-thread.cjs',
  import.meta.url,
);

/**
 * Packs large members on threads of their own, at most so many: on all cores but the one where batches are taken apart. Where these have
 * enough to do, or do not run yet, members are packed here.
 */
export function createPackers(mostThreads = availableParallelism() - 1): PackMember {
  const packers = new Set<Packer>();

  function freePacker(): Packer | undefined {
    for (const packer of packers) if (packer.isFree) return packer;
    if (packers.size < mostThreads) {
      const packer: Packer = new Packer(() => packers.delete(packer));
      packers.add(packer);
    }
    return undefined;
  }

  return async (content, note) => {
    const packer = content.length < WORTH_THE_WAY ? undefined : freePacker();
    return packer ? packer.pack(content, note) : packMember(content, note);
  };
}

/** A thread that packs members one after the other. */
class Packer {
  readonly #port: MessagePort;
  readonly #waiting: PromiseWithResolvers<Buffer>[] = [];
  #runs = false;

  constructor(onEnd: () => void) {
    const { port1, port2 } = new MessageChannel();
    const thread = new Worker(THREAD, { workerData: port2, transferList: [port2] });
    thread.once('error', (cause) => this.#failAll(cause));
    thread.once('exit', (code) => {
      this.#failAll(`exit code ${code}`);
      onEnd();
    });
    thread.unref();
    this.#port = port1;
    // Behind the listener, since it is that which keeps the process.
    port1.on('message', (answer: Answer) => this.#take(answer)).unref();
  }

  /** This thread may be too busy to be told what has come: it asks. */
  get isFree(): boolean {
    let found: { message: Answer } | undefined;
    while ((found = receiveMessageOnPort(this.#port))) this.#take(found.message);
    return this.#runs && this.#waiting.length < ENOUGH;
  }

  pack(content: Buffer, note: Buffer): Promise<Buffer> {
    const packed = Promise.withResolvers<Buffer>();
    this.#waiting.push(packed);
    this.#port.ref();
    handOver(content);
    this.#port.postMessage({ content, note }, [content.buffer as ArrayBuffer]);
    return packed.promise;
  }

  /** Members come in the order in which their contents were sent. */
  #take(answer: Answer): void {
    this.#runs = true;
    if (!answer) return;
    const { member, content } = answer;
    takeBack(content);
    this.#waiting.shift()?.resolve(Buffer.from(member.buffer, member.byteOffset, member.byteLength));
    if (this.#waiting.length === 0) this.#port.unref();
  }

  #failAll(cause: unknown): void {
    const error = new Error('The thread that packs blocks has ended.', { cause });
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#port.close();
  }
}
