import { bytesOf } from '../../shared/take-apart/raw-body.ts';
import type { DeadLetterLine } from '../../shared/take-apart/dead-letter.ts';
import { parseRecordId } from '../../shared/message.ts';
import type { Origin, Partition } from '../../shared/message.ts';

/** A dead letter as it is read back. */
export interface Letter extends DeadLetterLine {
  /** The category function that failed on it, and where on the records hub the function was handed it. */
  readonly handler?: string;
  readonly deliveredAs?: string;
  /** Tells it from all others: its record id, or where it was delivered to a category function. */
  readonly id: string;
  /** Of the message that it was, or came in. */
  readonly partition: Partition;
  readonly origin: Origin;
  readonly bytes: Buffer;
}

/** Undefined for a line that is no dead letter. */
export function parseLetter(line: Buffer): Letter | undefined {
  const found = parseJson(line.toString());
  if (!isDeadLetterLine(found)) return undefined;
  const id = found.deliveredAs ?? found.recordId;
  const place = parseRecordId(id);
  return place && { ...found, ...place, id, bytes: bytesOf(found) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Line = DeadLetterLine & { handler?: string; deliveredAs?: string };

const TEXTS = [
  'recordId',
  'source',
  'category',
  'reason',
  'detail',
  'enqueuedTime',
  'encoding',
  'body',
] as const;

function isDeadLetterLine(found: unknown): found is Line {
  if (typeof found !== 'object' || found === null) return false;
  const line = found as Record<string, unknown>;
  const isText = (name: string): boolean => typeof line[name] === 'string';
  const isHandlers = 'handler' in line;
  const isWhole =
    TEXTS.every(isText) && Array.isArray(line['problems']) && typeof line['offset'] === 'number';
  return isWhole && (!isHandlers || (isText('handler') && isText('deliveredAs')));
}

/** `<source>/<category>` */
export function categoryOfLetter({ source, category }: Pick<Letter, 'source' | 'category'>): string {
  return `${source}/${category}`;
}
