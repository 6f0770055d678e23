import { recordId } from '../../shared/message.ts';
import type { Partition } from '../../shared/message.ts';
import { blobPrefix } from '../../shared/names.ts';
import { HOUR, MINUTE, startOf } from '../../shared/time.ts';
import { ruleOf } from './messages.ts';
import type { Dead, Deployment, Kept, Shaped } from './messages.ts';

/** A message as the source hub holds it. */
export interface SentMessage {
  readonly partition: Partition;
  readonly sequenceNumber: number;
  readonly enqueuedTime: number;
  readonly shaped: Shaped;
}

export interface ExpectedLine {
  readonly id: string;
  readonly line: string;
}

/** What is to be there in the end, worked out of nothing but what was sent. */
export interface Expected {
  /** Lines in order, by container and what the names of their blobs begin with. */
  readonly chains: ReadonlyMap<string, readonly ExpectedLine[]>;
  /** Records of the second hub by id: their category and bytes. */
  readonly passedOn: ReadonlyMap<string, string>;
  /** The ledger's counts that are not 0, by minute and name. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Which deployment has decided on a message: on records that they dispute, and only there, it makes a difference. */
export type DecidedBy = (message: SentMessage) => Deployment;

export function expectedOf(sent: Iterable<SentMessage>, decidedBy: DecidedBy): Expected {
  const chains = new Map<string, ExpectedLine[]>();
  const passedOn = new Map<string, string>();
  const counts = new Map<string, number>();

  function addLine(container: string, { source, category }: Place, message: SentMessage, line: ExpectedLine) {
    const hour = startOf(HOUR, message.enqueuedTime);
    const chain = `${container}/${blobPrefix(source, category, hour, message.partition)}`;
    const lines = chains.get(chain) ?? [];
    chains.set(chain, lines);
    lines.push(line);
  }

  function count(message: SentMessage, name: string, by = 1): void {
    const key = countKey(startOf(MINUTE, message.enqueuedTime), name);
    counts.set(key, (counts.get(key) ?? 0) + by);
  }

  function addKept(message: SentMessage, part: Kept, deployment: Deployment): void {
    const { source, category, line, bytes, salvaged, respaced, by } = part;
    const key = `${source}/${category}`;
    count(message, `${key} records`);
    count(message, `${key} bytes`, bytes);
    if (by !== undefined && by !== deployment) {
      count(message, `${key} excluded ${ruleOf(deployment).name}`);
      return;
    }
    const id = idOf(message, part.index);
    addLine('archive', part, message, { id, line: line.toString('latin1') });
    passedOn.set(id, passedOnText(key, line));
    for (const name of ['archived', 'passedOn']) count(message, `${key} ${name}`);
    if (salvaged) count(message, `${key} salvaged`);
    if (respaced) count(message, `${key} respaced`);
  }

  function addDead(message: SentMessage, part: Dead): void {
    const { source, category, reason, bytes } = part;
    const key = `${source}/${category}`;
    const id = idOf(message, part.index);
    addLine('dead-letter', part, message, { id, line: deadLetterText({ id, ...part }) });
    count(message, `${key} records`);
    count(message, `${key} bytes`, bytes.length);
    count(message, `${key} dead ${reason}`);
    if (reason === 'invalid') count(message, `${key} invalid`);
  }

  for (const message of sent) {
    const { body, parts, rungs } = message.shaped;
    count(message, 'messages');
    count(message, 'message bytes', body.length);
    for (const part of parts)
      if (part.fate === 'kept') addKept(message, part, decidedBy(message));
      else addDead(message, part);
    if (rungs === undefined) continue;
    const id = idOf(message, 0);
    addLine('salvaged', UNIDENTIFIED, message, { id, line: salvagedText({ id, rungs, bytes: body }) });
    count(message, 'salvaged messages');
    for (const rung of rungs) count(message, `salvaged by ${rung}`);
  }
  return { chains, passedOn, counts: withoutZeros(counts) };
}

type Place = Pick<Kept, 'source' | 'category'>;

const UNIDENTIFIED: Place = { source: 'unknown', category: 'none' };

export function idOf({ partition, sequenceNumber, enqueuedTime }: SentMessage, index: number): string {
  return recordId(partition, { sequenceNumber, enqueuedTime, index });
}

export function countKey(minute: number, name: string): string {
  return `${new Date(minute).toISOString().slice(0, 16)} ${name}`;
}

export function withoutZeros(counts: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...counts].filter(([, n]) => n !== 0));
}

// What is compared of the two kinds of lines that are not as they came, and of a record on the second hub.

export function deadLetterText(
  letter: Pick<Dead, 'of' | 'source' | 'category' | 'bytes'> & Id & Why,
): string {
  const { id, of, source, category, reason, bytes } = letter;
  return JSON.stringify([id, of, `${source}/${category}`, reason, bytes.toString('latin1')]);
}

export function salvagedText({ id, rungs, bytes }: Id & Salvaged): string {
  return JSON.stringify([id, rungs, bytes.toString('latin1')]);
}

export function passedOnText(category: string, bytes: Buffer): string {
  return `${category} ${bytes.toString('latin1')}`;
}

interface Id {
  readonly id: string;
}

interface Why {
  readonly reason: string;
}

interface Salvaged {
  readonly rungs: readonly string[];
  readonly bytes: Buffer;
}
