import { recordId } from '../message.ts';
import type { Origin, Partition } from '../message.ts';
import { lineWithBody } from './raw-body.ts';
import type { RawBody } from './raw-body.ts';
import type { Rung } from './salvage.ts';

/** A line of `salvaged/`: a broken message as it came, and what had to be done to save something of it. */
export interface SalvagedLine extends RawBody {
  recordId: string;
  rungs: readonly Rung[];
  enqueuedTime: string;
}

export function toSalvagedLine(
  body: Buffer,
  rungs: readonly Rung[],
  partition: Partition,
  origin: Origin,
): Buffer {
  const facts: Omit<SalvagedLine, keyof RawBody> = {
    recordId: recordId(partition, origin),
    rungs,
    enqueuedTime: new Date(origin.enqueuedTime).toISOString(),
  };
  return lineWithBody(JSON.stringify(facts), body);
}
