import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { SluiceError } from '../errors.ts';
import type { Entity, LedgerTable } from '../sinks.ts';
import { DAY } from '../time.ts';

/** What a category function remembers from batch to batch: JSON under keys of its own, which no other function sees. */
export interface State {
  /** What is kept under a key; undefined where nothing is, or where it has expired. */
  read<T>(key: string): Promise<T | undefined>;
  /**
   * Changes what is kept under a key, and answers what is kept then. `change` is called again, with what is there by then, where another
   * instance was faster: it must come from its arguments alone, and adding what is there already must change nothing, because records
   * come again. It is kept for so many days after the last change, and as long as it is asked for at least twice in that time.
   */
  update<T>(key: string, days: number, change: (kept: T | undefined) => T): Promise<T>;
}

/** A table's text property holds 32,768 UTF-16 characters. */
export const LONGEST_VALUE = 32_000;

const MOST_TRIES = 50;

/** So many bytes of rows a process remembers, and so many a row takes beside its value, its ETag and the answer that this came with. */
const MOST_REMEMBERED = 8 * 1024 * 1024;
const BESIDE_VALUE = 1_500;

/** Rows as this process has read or written them last, by their keys. */
export type RememberedRows = LRUCache<string, Entity>;

export function rememberedRows(): RememberedRows {
  return new LRUCache({ maxSize: MOST_REMEMBERED, sizeCalculation: sizeOf });
}

function sizeOf({ values }: Entity): number {
  return BESIDE_VALUE + String(values['value']).length;
}

/**
 * State as rows of a table. Keys come from data and are hashed; partitions are 256, so that no function wears out one of them.
 * @param remembered shared by all that a process does
 */
export function tableState(
  table: LedgerTable,
  functionName: string,
  now: () => number,
  remembered = rememberedRows(),
): State {
  function addressOf(key: string): { partitionKey: string; rowKey: string } {
    const hash = createHash('sha256')
      .update(JSON.stringify([functionName, key]))
      .digest('hex');
    return { partitionKey: hash.slice(0, 2), rowKey: hash.slice(2) };
  }

  async function get(partitionKey: string, rowKey: string): Promise<Entity | undefined> {
    const row = await table.get(partitionKey, rowKey);
    if (row) remembered.set(rowKey, row);
    return row;
  }

  async function read<T>(key: string): Promise<T | undefined> {
    const { partitionKey, rowKey } = addressOf(key);
    return valueOf(await get(partitionKey, rowKey), now()) as T | undefined;
  }

  async function update<T>(key: string, days: number, change: (kept: T | undefined) => T): Promise<T> {
    const { partitionKey, rowKey } = addressOf(key);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const time = now();
      // What is remembered, be it nothing, mostly holds still, and writing finds out: to ask before would be a request more.
      const isGuess = tries === 0;
      const row = isGuess ? remembered.get(rowKey) : await get(partitionKey, rowKey);
      const value = change(valueOf(row, time) as T | undefined);
      const text = JSON.stringify(value);
      const isThere = row?.values['value'] === text && expiryOf(row) > time + (days * DAY) / 2;
      if (isGuess && (isThere || text.length > LONGEST_VALUE)) continue;
      if (isThere) return value;
      if (text.length > LONGEST_VALUE)
        throw new Error(
          `${functionName} keeps ${text.length} characters under a key: at most ${LONGEST_VALUE}.`,
        );
      const values = { function: functionName, value: text, expires: isoOf(time + days * DAY) };
      const written = await table.transact(partitionKey, [{ rowKey, ifMatch: row?.etag, values }]);
      if (written === 'changed') continue;
      remembered.set(rowKey, { rowKey, etag: written[0] ?? '', values });
      return value;
    }
    throw new SluiceError(
      'state-contended',
      `What ${functionName} keeps under a key changed ${MOST_TRIES} times while it was to be changed. It is tried again.`,
      { retriable: true },
    );
  }

  return { read, update };
}

function valueOf(row: Entity | undefined, time: number): unknown {
  if (!row || expiryOf(row) <= time) return undefined;
  return JSON.parse(String(row.values['value']));
}

function expiryOf({ values }: Entity): number {
  return Date.parse(String(values['expires']));
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
