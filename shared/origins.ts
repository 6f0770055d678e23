import type { Origin } from './message.ts';
import { unzigzag, varintReader, writeVarint, zigzag } from './varint.ts';

/** Where the lines of a block come from, and whether each was valid: kept with the block, so that it can be passed on again. */
export interface LineOrigin extends Origin {
  readonly valid: boolean;
}

/** Lines that follow each other within a message. */
interface Stretch extends LineOrigin {
  count: number;
}

/**
 * Compact: a few bytes a message. For every stretch of records of one message: the steps from the stretch before in sequence
 * number and enqueued time, the first index, and the count with the flag `valid` in its lowest bit.
 */
export class OriginsEncoder {
  readonly #bytes: number[] = [];
  #stretch: Stretch | undefined;
  #written: Origin = { sequenceNumber: 0, enqueuedTime: 0, index: 0 };

  /** At least so many bytes; the open stretch not counted. */
  get length(): number {
    return this.#bytes.length;
  }

  add(origin: LineOrigin): void {
    const open = this.#stretch;
    const continues =
      open !== undefined &&
      open.sequenceNumber === origin.sequenceNumber &&
      open.enqueuedTime === origin.enqueuedTime &&
      open.index + open.count === origin.index &&
      open.valid === origin.valid;
    if (continues) {
      open.count++;
    } else {
      this.#close();
      this.#stretch = { ...origin, count: 1 };
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
    writeVarint(this.#bytes, stretch.count * 2 + (stretch.valid ? 1 : 0));
    this.#written = stretch;
    this.#stretch = undefined;
  }
}

export function decodeOrigins(bytes: Buffer): LineOrigin[] {
  const reader = varintReader(bytes);
  const origins: LineOrigin[] = [];
  let sequenceNumber = 0;
  let enqueuedTime = 0;
  while (!reader.done) {
    sequenceNumber += unzigzag(reader.next());
    enqueuedTime += unzigzag(reader.next());
    const first = reader.next();
    const countAndValid = reader.next();
    const valid = countAndValid % 2 === 1;
    for (let i = 0; i < Math.floor(countAndValid / 2); i++) {
      origins.push({ sequenceNumber, enqueuedTime, index: first + i, valid });
    }
  }
  return origins;
}
