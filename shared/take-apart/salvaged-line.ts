import { isUtf8 } from 'node:buffer';
import { recordId } from '../message.ts';
import type { Origin, Partition } from '../message.ts';
import type { Rung } from './salvage.ts';

/** A line of `salvaged/`: a broken message as it came, and what had to be done to save something of it. */
export interface SalvagedLine {
  recordId: string;
  rungs: readonly Rung[];
  enqueuedTime: string;
  encoding: 'utf8' | 'base64';
  body: string;
}

export function toSalvagedLine(
  body: Buffer,
  rungs: readonly Rung[],
  partition: Partition,
  origin: Origin,
): Buffer {
  const encoding = isUtf8(body) ? 'utf8' : 'base64';
  const line: SalvagedLine = {
    recordId: recordId(partition, origin),
    rungs,
    enqueuedTime: new Date(origin.enqueuedTime).toISOString(),
    encoding,
    body: body.toString(encoding),
  };
  return Buffer.from(JSON.stringify(line));
}
