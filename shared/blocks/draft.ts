import { EventTimeRange } from '../judge/event-time.ts';
import type { Gathered } from '../judge/span.ts';
import type { BlockCodec, BlockWriter, Lines } from './block-codec.ts';

/**
 * Where blocks go. `pass-on` holds for a while what a rule keeps out of the archive and yet passes on: until the second hub has it,
 * storage is its only place. `salvaged` holds the originals of broken messages.
 */
export const CONTAINERS = ['archive', 'dead-letter', 'pass-on', 'salvaged'] as const;
export type Container = (typeof CONTAINERS)[number];

/** Records on their way: their lines, and what the second hub is told about them. */
export interface LineSpan extends Lines, Pick<Gathered, 'keys' | 'keyEnds'> {
  readonly partitionKey: string | undefined;
  readonly label: string | undefined;
}

/** What will be one block of one blob. */
export interface Draft {
  readonly container: Container;
  readonly source: string;
  readonly category: string;
  /** The category's own days, if its schema says so; undefined leaves it to the setting. */
  readonly retentionDays: number | undefined;
  /** Days that a rule gives to some of the category's records, which have blobs of their own then. */
  readonly ruleDays: number | undefined;
  /** Start of the hour of enqueued time, in milliseconds since 1970. */
  readonly hour: number;
  readonly spans: LineSpan[];
  /** The same, as they will be stored. */
  readonly block: BlockWriter;
  readonly eventTimes: EventTimeRange;
}

export type DraftFacts = Omit<Draft, 'spans' | 'block' | 'eventTimes'>;

export function draftOf(facts: DraftFacts, codec: BlockCodec): Draft {
  const { container, source, category, retentionDays, ruleDays, hour } = facts;
  const eventTimes = new EventTimeRange();
  // Written out: the layout of what is spread is forgotten with the last object of it (`keepOne`).
  return {
    container,
    source,
    category,
    retentionDays,
    ruleDays,
    hour,
    spans: [],
    block: codec.open(),
    eventTimes,
  };
}

export function addTo(draft: Draft, span: LineSpan): void {
  draft.spans.push(span);
  draft.block.add(span);
}

export function recordsIn(spans: readonly Lines[]): number {
  let records = 0;
  for (const { ends } of spans) records += ends.length;
  return records;
}
