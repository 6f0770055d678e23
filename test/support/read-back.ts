import { gunzipSync } from 'node:zlib';
import { decodeBlockId } from '../../shared/blocks/block-id.ts';
import { blockDigest, mergeBlockSums } from '../../shared/blocks/block-sums.ts';
import type { BlockSums } from '../../shared/blocks/block-sums.ts';
import { bytesOf } from '../../shared/take-apart/raw-body.ts';
import type { DeadLetterLine } from '../../shared/take-apart/dead-letter.ts';
import { HEAD_KEY, headFrom, minuteFrom, runFrom } from '../../shared/ledger/ledger-rows.ts';
import type { Head, MinuteRow } from '../../shared/ledger/ledger-rows.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import type { OutgoingMessage } from '../../shared/sinks.ts';
import { split } from '../../shared/take-apart/split.ts';
import { addTally, deadLetteredOf, emptyTally } from '../../shared/ledger/tally.ts';
import type { Tally } from '../../shared/ledger/tally.ts';
import type { MemorySinks } from './deps.ts';
import { PARTITION } from './messages.ts';
import { unzstd } from './unzstd.ts';

/** The lines of a blob, by an ordinary reader of gzip. */
export function linesOf(name: string, body: Buffer): string[] {
  const text = unpacked(name, body).toString();
  if (text !== '' && !text.endsWith('\n')) throw new Error(`${name} does not end with a line`);
  return text.split('\n').slice(0, -1);
}

function unpacked(name: string, body: Buffer): Buffer {
  if (name.endsWith('.gz')) return gunzipSync(body);
  return name.endsWith('.zst') ? unzstd(body) : body;
}

/** Lines by the name of their blob. */
export function blobLines({ store }: MemorySinks, container: string): Map<string, string[]> {
  const own = [...store.blobs].filter(([key]) => key.startsWith(`${container}/`));
  return new Map(
    own.map(([key, { body }]) => [key.slice(container.length + 1), linesOf(key, body)] as const),
  );
}

/** All records of the archive, blob after blob. */
export function archived(sinks: MemorySinks): string[] {
  return [...blobLines(sinks, 'archive').values()].flat();
}

export function deadLetters(sinks: MemorySinks): (DeadLetterLine & { bytes: Buffer })[] {
  return [...blobLines(sinks, 'dead-letter').values()].flat().map((line) => {
    const letter = JSON.parse(line) as DeadLetterLine;
    return { ...letter, bytes: bytesOf(letter) };
  });
}

export interface SentRecord {
  readonly id: string;
  readonly key: string | null;
  readonly text: string;
  readonly properties: OutgoingMessage['properties'];
}

/** The records of a message of the second hub. */
export function recordsIn({ body, properties }: OutgoingMessage): SentRecord[] {
  const members = split(body);
  if ('reason' in members) throw new Error(`The second hub was sent what it cannot read: ${members.detail}`);
  const ids = JSON.parse(String(properties['recordIds'])) as string[];
  const keys = JSON.parse(String(properties['recordKeys'])) as (string | null)[];
  const records = members.map(({ bytes }, i) => {
    return { id: ids[i] ?? '', key: keys[i] ?? null, text: bytes.toString(), properties };
  });
  const counts = [records.length, ids.length, keys.length, properties['count']];
  if (new Set(counts).size > 1) throw new Error(`Counts of a message differ: ${counts.join(', ')}`);
  return records;
}

/** What was sent to the second hub, in order, with what was sent again. */
export function sentRecords({ recordsHub }: MemorySinks): SentRecord[] {
  return recordsHub.sent.flatMap(({ message }) => recordsIn(message));
}

/** The same, each record id once. */
export function sentOnce(sinks: MemorySinks): SentRecord[] {
  const byId = new Map<string, SentRecord>();
  for (const record of sentRecords(sinks)) {
    const before = byId.get(record.id);
    if (before && before.text !== record.text) throw new Error(`Two records have the same id: ${record.id}`);
    if (!before) byId.set(record.id, record);
  }
  return [...byId.values()];
}

export function headRow({ table }: MemorySinks, partition = PARTITION): Head {
  const row = table.rows.get(partitionKeyOf(partition))?.find(({ rowKey }) => rowKey === HEAD_KEY);
  if (!row) throw new Error('The partition has no head row.');
  return headFrom(row);
}

export function runRows({ table }: MemorySinks, partition = PARTITION): ReturnType<typeof runFrom>[] {
  const rows = table.rows.get(partitionKeyOf(partition)) ?? [];
  return rows.filter(({ rowKey }) => rowKey.startsWith('run-')).map(runFrom);
}

export function minuteRows({ table }: MemorySinks, partition = PARTITION): MinuteRow[] {
  const rows = table.rows.get(partitionKeyOf(partition)) ?? [];
  return rows.filter(({ rowKey }) => rowKey.startsWith('minute-')).map(minuteFrom);
}

/** What the ledger says that the blocks of all minutes hold. */
export function countedBlocks(sinks: MemorySinks): BlockSums {
  return minuteRows(sinks).reduce<BlockSums>((sums, { blocks }) => mergeBlockSums(sums, blocks), {});
}

/** What the blocks hold that are there. */
export async function foundBlocks({ store }: MemorySinks): Promise<BlockSums> {
  let sums: BlockSums = {};
  for (const [key, { body }] of store.blobs) {
    const [container = '', ...path] = key.split('/');
    const name = path.join('/');
    const { blocks } = await store.state({ container, name });
    let at = 0;
    for (const { id, size } of blocks) {
      const bytes = body.subarray(at, (at += size));
      const digest = blockDigest({ container, blob: name, id }, bytes);
      const sum = { blocks: 1, records: decodeBlockId(id)?.records ?? 0, bytes: size, digest };
      sums = mergeBlockSums(sums, { [`${container}/${path.slice(0, 2).join('/')}`]: sum });
    }
  }
  return sums;
}

/** The ledger's counts by category, over all minutes. */
export function totals(sinks: MemorySinks): Record<string, Tally> {
  const sums: Record<string, Tally> = {};
  for (const { categories } of minuteRows(sinks)) {
    for (const [key, tally] of Object.entries(categories)) addTally((sums[key] ??= emptyTally()), tally);
  }
  return sums;
}

/** What the ledger says and what is there, side by side: messages, archived records, dead letters. */
export function accounts(sinks: MemorySinks): { ledger: Counts; found: Omit<Counts, 'messages'> } {
  const tallies = Object.values(totals(sinks));
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((n, tally) => n + of(tally), 0);
  return {
    ledger: {
      messages: minuteRows(sinks).reduce((n, { messages }) => n + messages, 0),
      archived: sum((tally) => tally.archived),
      deadLettered: sum(deadLetteredOf),
    },
    found: { archived: archived(sinks).length, deadLettered: deadLetters(sinks).length },
  };
}

export interface Counts {
  readonly messages: number;
  readonly archived: number;
  readonly deadLettered: number;
}
