import { spanOfLine, packBlock } from '../blocks/block-codec.ts';
import type { BlockCodec } from '../blocks/block-codec.ts';
import { encodeBlockId, RANDOM_CHARACTERS } from '../blocks/block-id.ts';
import type { CategoryRecord } from '../category-record.ts';
import { contentMetadata, expiryOf } from '../blocks/expiry.ts';
import { recordId } from '../message.ts';
import type { Message, Partition } from '../message.ts';
import { blobPrefix, safeName } from '../names.ts';
import type { BlobStore } from '../sinks.ts';
import { lineWithBody } from '../take-apart/raw-body.ts';
import { HOUR, startOf } from '../time.ts';

/** Where the records go that a category function failed on. */
export interface HandlerFailures {
  keep(
    name: string,
    records: readonly CategoryRecord[],
    detail: string,
    partition: Partition,
    message: Message,
    details?: FailureDetails,
  ): Promise<void>;
}

export interface FailureDetails {
  /** Where the message is a replay: the failures that it repeats, in the order of the records. */
  readonly replayOf?: readonly (string | undefined)[];
  /** Those of the records that it failed on: all of them, unless given. */
  readonly failed?: ReadonlySet<CategoryRecord> | undefined;
}

export interface HandlerFailuresDeps {
  readonly store: BlobStore;
  readonly codec: BlockCodec;
  /** 0 = for ever. */
  readonly retentionDays: number;
}

/**
 * Dead letters of reason `handler-failed`, in a blob for each function and message: `dead-letter/handlers/<name>/y=.../`. A message
 * that comes again makes the same blob. The ledger does not count them: their records are in the archive, and counted there.
 */
export function handlerFailures({ store, codec, retentionDays }: HandlerFailuresDeps): HandlerFailures {
  return {
    async keep(name, records, detail, partition, message, { replayOf = [], failed } = {}) {
      const { sequenceNumber, enqueuedTime } = message;
      const prefix = blobPrefix('handlers', name, startOf(HOUR, enqueuedTime), partition);
      const blob = { container: 'dead-letter', name: `${prefix}${sequenceNumber}${codec.extension}` };
      const lines = records.flatMap((record, index) => {
        if (failed && !failed.has(record)) return [];
        const origin = {
          sequenceNumber,
          enqueuedTime,
          index,
          valid: record.valid,
          salvaged: false,
          forward: false,
        };
        const delivery = { deliveredAs: recordId(partition, origin), replayOf: replayOf[index] };
        return [spanOfLine({ bytes: toLine(name, record, detail, enqueuedTime, delivery), ...origin })];
      });
      const id = encodeBlockId({
        run: 0,
        first: sequenceNumber,
        last: sequenceNumber,
        time: enqueuedTime,
        records: lines.length,
        retentionDays,
        random: '0'.repeat(RANDOM_CHARACTERS),
      });
      await store.stage(blob, id, (await packBlock(lines, codec)).body);
      const expires = expiryOf(id);
      const tags = {
        source: 'handlers',
        category: safeName(name),
        ...(expires !== undefined && { expires }),
      };
      // `changed`: it is there already, from an earlier delivery of the message.
      await store.commit(blob, [id], {
        ifMatch: undefined,
        metadata: contentMetadata({ blocks: 1, records: lines.length, expires }),
        tags,
        contentType: codec.contentType,
      });
    },
  };
}

/** `deliveredAs` is the place of the record on the second hub: it tells one failure on a record from another. */
function toLine(
  handler: string,
  record: CategoryRecord,
  detail: string,
  enqueuedTime: number,
  { deliveredAs, replayOf }: { deliveredAs: string; replayOf: string | undefined },
): Buffer {
  const [source, ...category] = record.category.split('/');
  const facts = {
    recordId: record.id,
    deliveredAs,
    // Of none, the line says nothing.
    replayOf,
    of: 'record',
    source,
    category: category.join('/'),
    reason: 'handler-failed',
    handler,
    detail,
    problems: [],
    offset: 0,
    enqueuedTime: new Date(enqueuedTime).toISOString(),
  };
  return lineWithBody(JSON.stringify(facts), record.bytes);
}
