import type { PlanBlock } from '../ledger/ledger-rows.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import { hubFor } from './routing.ts';
import type { Routes } from './routing.ts';
import { joinJson, splitJson } from '../json/row-json.ts';
import type { EntityWrite, LedgerTable } from '../sinks.ts';

/** What a partition has decided to pass on and could not, since a records hub takes nothing. It stands in the head row. */
export interface Backlog {
  /** The records hubs that are behind. What goes to the others goes at once. Empty once all is passed on. */
  readonly hubs: readonly string[];
  /** The number of the row that will be added next. None is used twice, or who comes late could delete a row that he has not sent. */
  readonly next: number;
  /** Enqueued time of the last message before the hubs fell behind, in milliseconds. */
  readonly since: number;
}

/** Blocks of one decision that are still to be passed on. */
export interface BacklogRow {
  readonly no: number;
  readonly etag: string;
  readonly blocks: readonly PlanBlock[];
}

/** The rows of a partition's backlog. The archive is the buffer: a row says only which blocks to read. */
export interface BacklogRows {
  /** In the order in which they were decided. */
  of(partition: Partition): AsyncIterable<BacklogRow>;
  /** Leaves in the row what is still to be passed on; a row with nothing left is deleted. */
  keep(partition: Partition, row: BacklogRow, blocks: readonly PlanBlock[]): Promise<void>;
}

export function createBacklogRows(table: LedgerTable): BacklogRows {
  return {
    async *of(partition) {
      for await (const { rowKey, etag, values } of table.query(
        partitionKeyOf(partition),
        FIRST_KEY,
        AFTER_KEYS,
      )) {
        yield {
          no: Number(rowKey.slice(PREFIX.length)),
          etag,
          blocks: joinJson('blocks', values) as PlanBlock[],
        };
      }
    },

    async keep(partition, row, blocks) {
      const write: EntityWrite =
        blocks.length === 0
          ? { rowKey: backlogKey(row.no), delete: true }
          : { ...backlogWrite(row.no, blocks), ifMatch: row.etag };
      // Another one at the same work has done it, and what he has sent twice has the same record ids.
      await table.transact(partitionKeyOf(partition), [write]);
    },
  };
}

const PREFIX = 'backlog-';
const FIRST_KEY = PREFIX;
const AFTER_KEYS = 'backlog.';

/** Sorts by number. */
function backlogKey(no: number): string {
  return PREFIX + String(no).padStart(12, '0');
}

/** A row that is new. */
export function backlogWrite(no: number, blocks: readonly PlanBlock[]) {
  return { rowKey: backlogKey(no), ifMatch: undefined, values: splitJson('blocks', blocks) };
}

export interface Split {
  /** As they are to stand in the plan. */
  readonly blocks: readonly PlanBlock[];
  /** To stand in the backlog, so that their records come after those that wait already. */
  readonly postponed: readonly PlanBlock[];
}

/** Sets aside what goes to a hub that is behind. */
export function postpone(blocks: readonly PlanBlock[], backlog: Backlog | undefined, routes: Routes): Split {
  if (!backlog) return { blocks, postponed: [] };
  const waits = (block: PlanBlock): boolean => block.passOn && backlog.hubs.includes(hubOf(block, routes));
  return {
    blocks: blocks.map((block) => (waits(block) ? { ...block, passOn: false } : block)),
    postponed: blocks.filter(waits),
  };
}

export function hubsOf(blocks: readonly PlanBlock[], routes: Routes): string[] {
  return [...new Set(blocks.map((block) => hubOf(block, routes)))];
}

export function hubOf({ source, category }: PlanBlock, routes: Routes): string {
  return hubFor(source, category, routes);
}
