import { BlobServiceClient } from '@azure/storage-blob';
import { blobsOf, linesOf } from '../../cli/read-back/blobs.ts';
import { rowsOf } from '../../cli/read-back/rows.ts';
import type { Row } from '../../cli/read-back/rows.ts';
import type { ReadEvent } from '../../local/event-hubs/emulator.ts';
import { LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { bytesOf } from '../../shared/take-apart/raw-body.ts';
import type { DeadLetterLine } from '../../shared/take-apart/dead-letter.ts';
import { HEAD_KEY, headFrom, minuteFrom } from '../../shared/ledger/ledger-rows.ts';
import type { SalvagedLine } from '../../shared/take-apart/salvaged-line.ts';
import { split } from '../../shared/take-apart/split.ts';
import type { Tally } from '../../shared/ledger/tally.ts';
import { countKey, deadLetterText, passedOnText, salvagedText, withoutZeros } from './expected.ts';

/** What is there in the end, in the words of `Expected`. */
export interface Found {
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** In the order of their arrival, partition by partition of the second hub, with what came again. */
  readonly passedOn: readonly PassedOnRecord[];
  readonly counts: ReadonlyMap<string, number>;
  /** What the ledger still wants to do, or says is lost: a sentence each. */
  readonly unsettled: readonly string[];
}

export interface PassedOnRecord {
  readonly id: string;
  readonly text: string;
}

/** Reads storage and the second hub with nothing of Sluice's that could hide what is wrong. */
export async function findAll(storage: string, events: Iterable<ReadEvent>): Promise<Found> {
  const rows: Row[] = [];
  for await (const row of rowsOf(storage, LEDGER_TABLE)) rows.push(row);
  return {
    chains: await readChains(BlobServiceClient.fromConnectionString(storage)),
    passedOn: [...events].flatMap(recordsOf),
    counts: countsIn(rows),
    unsettled: unsettledIn(rows),
  };
}

/** `.../contoso-logs-p0-` and the blob's number in its chain. */
const BLOB_NAME = /^(.*-p\d+-)(\d+)\.ndjson(?:\.\w+)?$/;

const READERS = {
  archive: (line: Buffer): string => line.toString('latin1'),
  'dead-letter': readDeadLetter,
  salvaged: readSalvaged,
} as const;

async function readChains(service: BlobServiceClient): Promise<Map<string, string[]>> {
  const parts: { chain: string; no: number; lines: string[] }[] = [];
  for (const [container, read] of Object.entries(READERS)) {
    for await (const blob of blobsOf(service, container)) {
      const [, prefix = blob.name, no = '0'] = BLOB_NAME.exec(blob.name) ?? [];
      const lines = (await linesOf(blob)).map(read);
      parts.push({ chain: `${container}/${prefix}`, no: Number(no), lines });
    }
  }
  const inOrder = parts.toSorted((a, b) => a.no - b.no);
  const chains = Map.groupBy(inOrder, ({ chain }) => chain);
  return new Map([...chains].map(([chain, blobs]) => [chain, blobs.flatMap(({ lines }) => lines)]));
}

function readDeadLetter(line: Buffer): string {
  const letter = JSON.parse(line.toString()) as DeadLetterLine;
  return deadLetterText({ ...letter, id: letter.recordId, bytes: bytesOf(letter) });
}

function readSalvaged(line: Buffer): string {
  const { recordId, rungs, ...rest } = JSON.parse(line.toString()) as SalvagedLine;
  return salvagedText({ id: recordId, rungs, bytes: bytesOf(rest) });
}

function recordsOf({ body, applicationProperties }: ReadEvent): PassedOnRecord[] {
  const { source, category, recordIds } = applicationProperties;
  const ids = JSON.parse(String(recordIds)) as string[];
  const found = split(body);
  const members = 'reason' in found ? [] : found;
  if (members.length !== ids.length)
    return [{ id: ids.join(' '), text: `${ids.length} ids for ${members.length} records` }];
  return members.map(({ bytes }, i) => {
    return { id: ids[i] ?? '', text: passedOnText(`${String(source)}/${String(category)}`, bytes) };
  });
}

const COUNTED = ['records', 'bytes', 'archived', 'invalid', 'passedOn', 'respaced', 'salvaged'] as const;

function countsIn(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows.filter(({ rowKey }) => rowKey.startsWith('minute-'))) {
    const { minute, messages, bytes, salvagedMessages, rungs, categories } = minuteFrom(row);
    const count = (name: string, n: number): void => {
      counts.set(countKey(minute, name), (counts.get(countKey(minute, name)) ?? 0) + n);
    };
    count('messages', messages);
    count('message bytes', bytes);
    count('salvaged messages', salvagedMessages);
    for (const [rung, n = 0] of Object.entries(rungs)) count(`salvaged by ${rung}`, n);
    for (const [key, tally] of Object.entries(categories)) countTally(tally, key, count);
  }
  return withoutZeros(counts);
}

function countTally(tally: Tally, key: string, count: (name: string, n: number) => void): void {
  for (const name of COUNTED) count(`${key} ${name}`, tally[name]);
  for (const [reason, n = 0] of Object.entries(tally.deadLettered)) count(`${key} dead ${reason}`, n);
  for (const [rule, n = 0] of Object.entries(tally.excluded)) count(`${key} excluded ${rule}`, n);
}

/** What is still to be done, or will never be. */
export function unsettledIn(rows: readonly Row[]): string[] {
  return rows.flatMap((row) => {
    const { partitionKey, rowKey } = row;
    if (rowKey === HEAD_KEY) return openIn(row);
    if (rowKey.startsWith('backlog-')) return [`${partitionKey}: ${rowKey} is still to be passed on`];
    return rowKey.startsWith('lost-') ? [`${partitionKey}: ${rowKey} says that a block is lost`] : [];
  });
}

function openIn(row: Row): string[] {
  const { plan, backlog } = headFrom(row);
  return [
    ...(plan ? [`${row.partitionKey}: the plan is still open`] : []),
    ...(backlog && backlog.hubs.length > 0 ? [`${row.partitionKey}: a records hub is still behind`] : []),
  ];
}
