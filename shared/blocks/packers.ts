import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { packMember } from './gzip-member.ts';
import type { PackedContent } from './packer-thread.ts';
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
  /** How many it has packed, and one more as soon as it runs: this thread may be too busy to be told. */
  readonly #done = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #thread = new Worker(THREAD, { workerData: this.#done });
  readonly #waiting: PromiseWithResolvers<Buffer>[] = [];
  #sent = 0;

  constructor(onEnd: () => void) {
    this.#thread.on('message', (packed: PackedContent) => this.#take(packed));
    this.#thread.once('error', (cause) => this.#failAll(cause));
    this.#thread.once('exit', (code) => {
      this.#failAll(`exit code ${code}`);
      onEnd();
    });
    // Behind the listener for messages, since it is that which keeps the process.
    this.#thread.unref();
  }

  get isFree(): boolean {
    const done = Atomics.load(this.#done, 0);
    return done > 0 && this.#sent + 1 - done < ENOUGH;
  }

  pack(content: Buffer, note: Buffer): Promise<Buffer> {
    const packed = Promise.withResolvers<Buffer>();
    this.#waiting.push(packed);
    this.#sent++;
    this.#thread.ref();
    handOver(content);
    this.#thread.postMessage({ content, note }, [content.buffer as ArrayBuffer]);
    return packed.promise;
  }

  /** They come in the order in which they were sent. */
  #take({ member, content }: PackedContent): void {
    takeBack(content);
    this.#waiting.shift()?.resolve(Buffer.from(member.buffer, member.byteOffset, member.byteLength));
    if (this.#waiting.length === 0) this.#thread.unref();
  }

  #failAll(cause: unknown): void {
    const error = new Error('The thread that packs blocks has ended.', { cause });
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
