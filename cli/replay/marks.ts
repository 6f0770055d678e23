import { partitionKeyOf, safeName } from '../../shared/names.ts';
import type { Entity, EntityValue, LedgerTable } from '../../shared/sinks.ts';
import { isoTime } from '../../shared/time.ts';
import type { Letter } from '../dead-letters/letter.ts';
import type { HubPosition } from './destination.ts';

/** The ledger's partition of the marks of what has been replayed. */
export const MARKS_KEY = 'replays';

/** That a dead letter is being sent again, or has been. */
export interface Mark extends Entity {
  readonly state: 'sending' | 'sent';
  /** When it was last about to be sent, in milliseconds. */
  readonly at: number;
  /** How often it has been sent, this time included. */
  readonly times: number;
  /** What the hub held before that. */
  readonly position: HubPosition;
}

/** A row to be written. */
export interface MarkWrite {
  readonly rowKey: string;
  readonly ifMatch: string | undefined;
  readonly values: Readonly<Record<string, EntityValue>>;
}

/** Sorts by message, so that those of letters that follow each other are read in one request. */
export function markKey({
  partition,
  origin,
  handler,
}: Pick<Letter, 'partition' | 'origin' | 'handler'>): string {
  const kind = handler === undefined ? 'letter' : `handler-${safeName(handler)}`;
  const number = String(origin.sequenceNumber).padStart(16, '0');
  const index = String(origin.index).padStart(8, '0');
  return `${kind}~${partitionKeyOf(partition)}~${isoTime(origin.enqueuedTime)}~${number}~${index}`;
}

/** The marks of letters by their keys, as far as they have any. */
export async function readMarks(table: LedgerTable, letters: readonly Letter[]): Promise<Map<string, Mark>> {
  const wanted = new Set(letters.map(markKey));
  const keys = [...wanted].toSorted();
  const [from = '', last = ''] = [keys[0], keys.at(-1)];
  const marks = new Map<string, Mark>();
  for await (const row of table.query(MARKS_KEY, from, `${last}~`))
    if (wanted.has(row.rowKey)) marks.set(row.rowKey, markFrom(row));
  return marks;
}

/** Says that a letter is about to be sent, in place of what was noted before. */
export function toSending(
  letter: Letter,
  before: Mark | undefined,
  { hub, position, now }: { readonly hub: string; readonly position: HubPosition; readonly now: number },
): MarkWrite {
  const values = {
    letter: letter.id,
    recordId: letter.recordId,
    ...(letter.handler !== undefined && { handler: letter.handler }),
    state: 'sending',
    at: new Date(now).toISOString(),
    times: (before?.times ?? 0) + 1,
    hub,
    position: JSON.stringify(position),
  };
  return { rowKey: markKey(letter), ifMatch: before?.etag, values };
}

/** Says that it has been sent. */
export function toSent({ rowKey, etag, values }: Entity): MarkWrite {
  return { rowKey, ifMatch: etag, values: { ...values, state: 'sent' } };
}

function markFrom(row: Entity): Mark {
  const { state, at, times, position } = row.values;
  return {
    ...row,
    state: state === 'sent' ? 'sent' : 'sending',
    at: Date.parse(String(at)),
    times: Number(times),
    position: JSON.parse(String(position)) as HubPosition,
  };
}
