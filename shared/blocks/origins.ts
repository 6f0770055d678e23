import { keepOne } from '../keep-one.ts';
import type { Origin } from '../message.ts';
import { unzigzag, varintReader, writeVarint, zigzag } from './varint.ts';

/** Where a line of a block comes from, and what was found: kept with the block, so that it can be passed on again. */
export interface LineOrigin extends Origin {
  /** Whether it fits its schema. */
  readonly valid: boolean;
  /** Whether it had to be repaired. */
  readonly salvaged: boolean;
  /** Whether it goes to the second hub. */
  readonly forward: boolean;
}

/** The lowest bits of a stretch's count. */
const FLAGS = { valid: 1, salvaged: 2, forward: 4 } as const;
const ALL_FLAGS = 8;

/** Lines that follow each other within a message. */
interface Stretch extends LineOrigin {
  count: number;
}

/**
 * Compact: a few bytes a message. For every stretch of records of one message: the steps from the stretch before in sequence
 * number and enqueued time, the first index, and the count with the flags in its lowest bits.
 */
export class OriginsEncoder {
  readonly #bytes: number[] = [];
  #stretch: Stretch | undefined;
  #written: Origin = { sequenceNumber: 0, enqueuedTime: 0, index: 0 };

  /** At least so many bytes; the open stretch not counted. */
  get length(): number {
    return this.#bytes.length;
  }

  /** Of as many lines as there are, which follow each other within a message. */
  add(origin: LineOrigin, count = 1): void {
    const open = this.#stretch;
    const continues =
      open !== undefined &&
      open.sequenceNumber === origin.sequenceNumber &&
      open.enqueuedTime === origin.enqueuedTime &&
      open.index + open.count === origin.index &&
      flagsOf(open) === flagsOf(origin);
    if (continues) {
      open.count += count;
    } else {
      this.#close();
      const { sequenceNumber, enqueuedTime, index, valid, salvaged, forward } = origin;
      this.#stretch = { sequenceNumber, enqueuedTime, index, valid, salvaged, forward, count };
    }
  }

  finish(): Buffer {
    this.#close();
    return Buffer.from(this.#bytes);
  }

  #close(): void {
    const stretch = this.#stretch;
    if (!stretch) return;
    writeVarint(this.#bytes, zigzag(stretch.sequenceNumber - this.#written.sequenceNumber));
    writeVarint(this.#bytes, zigzag(stretch.enqueuedTime - this.#written.enqueuedTime));
    writeVarint(this.#bytes, stretch.index);
    writeVarint(this.#bytes, stretch.count * ALL_FLAGS + flagsOf(stretch));
    this.#written = stretch;
    this.#stretch = undefined;
  }
}

keepOne(new OriginsEncoder());

export function decodeOrigins(bytes: Buffer): LineOrigin[] {
  const reader = varintReader(bytes);
  const origins: LineOrigin[] = [];
  let sequenceNumber = 0;
  let enqueuedTime = 0;
  while (!reader.done) {
    sequenceNumber += unzigzag(reader.next());
    enqueuedTime += unzigzag(reader.next());
    const first = reader.next();
    const countAndFlags = reader.next();
    const flags = countAndFlags % ALL_FLAGS;
    const facts = {
      sequenceNumber,
      enqueuedTime,
      valid: (flags & FLAGS.valid) !== 0,
      salvaged: (flags & FLAGS.salvaged) !== 0,
      forward: (flags & FLAGS.forward) !== 0,
    };
    for (let i = 0; i < Math.floor(countAndFlags / ALL_FLAGS); i++)
      origins.push({ ...facts, index: first + i });
  }
  return origins;
}

function flagsOf({ valid, salvaged, forward }: LineOrigin): number {
  return (valid ? FLAGS.valid : 0) | (salvaged ? FLAGS.salvaged : 0) | (forward ? FLAGS.forward : 0);
}
