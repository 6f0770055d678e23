import { isDeepStrictEqual } from 'node:util';
import { decodeBlockId } from '../../shared/blocks/block-id.ts';
import { blockDigest, blockSumKey, mergeBlockSums } from '../../shared/blocks/block-sums.ts';
import type { BlockSums } from '../../shared/blocks/block-sums.ts';
import { HEAD_KEY, headFrom, minuteFrom } from '../../shared/ledger/ledger-rows.ts';
import type { Head, MinuteRow } from '../../shared/ledger/ledger-rows.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import type { Entity } from '../../shared/sinks.ts';
import { MINUTE, startOf } from '../../shared/time.ts';
import type { Decided, Findings } from './assess.ts';
import { assessRuns } from './assess-runs.ts';
import { isSalvaged } from './fates.ts';
import type { FoundBlock } from './found.ts';
import type { Problem, World } from './world.ts';

/** The ledger's counts and sums are what has been decided and what is there, its runs join, and no plan is open. */
export function assessLedger(world: World, findings: Findings): Problem[] {
  const problems: Problem[] = [];
  for (const hub of world.hubs) {
    const rows = world.storage.sinks.table.rows.get(partitionKeyOf(hub.partition)) ?? [];
    const decided = findings.decided.filter(({ message }) => message.partition === hub.partition);
    const mine = `-p${hub.partition.id}-`;
    const blocks = findings.blocks.filter(({ blob }) => blob.name.includes(mine));
    const minutes = rows.filter(({ rowKey }) => rowKey.startsWith('minute-')).map(minuteFrom);
    const [head] = rows.filter(({ rowKey }) => rowKey === HEAD_KEY).map(headFrom);
    problems.push(...assessCounts(minutes, decided), ...assessSums(minutes, blocks));
    if (head) problems.push(...assessRuns({ world, hub, head, minutes, decided }), ...assessLeft(head, rows));
    else if (decided.length > 0) problems.push({ kind: 'ledger', detail: 'there is no head row' });
  }
  return problems;
}

/** Nothing that is still to be done. */
function assessLeft({ plan, backlog }: Head, rows: readonly Entity[]): Problem[] {
  const left = rows.filter(({ rowKey }) => rowKey.startsWith('backlog-'));
  const problems: Problem[] = left.map(({ rowKey }) => ({ kind: 'ledger', detail: `${rowKey} is left` }));
  if (plan) problems.push({ kind: 'ledger', detail: 'a plan stays open' });
  if (backlog && backlog.hubs.length > 0)
    problems.push({ kind: 'ledger', detail: 'it says that a hub is behind' });
  return problems;
}

/** Counts by minute and name. */
type Counts = Record<string, number>;

function assessCounts(minutes: readonly MinuteRow[], decided: readonly Decided[]): Problem[] {
  const counted: Counts = {};
  for (const row of minutes) addRow(counted, row);
  const expected: Counts = {};
  for (const each of decided) addDecided(expected, each);
  return differences('count', counted, expected);
}

function addRow(counts: Counts, row: MinuteRow): void {
  const add = adder(counts, row.minute);
  add('messages', row.messages);
  add('bytes', row.bytes);
  add('salvaged messages', row.salvagedMessages);
  for (const [key, tally] of Object.entries(row.categories)) {
    const { records, bytes, archived, invalid, passedOn, deadLettered, excluded } = tally;
    for (const [name, n] of Object.entries({
      records,
      bytes,
      archived,
      'do not fit': invalid,
      'passed on': passedOn,
    }))
      add(`${key} ${name}`, n);
    for (const [reason, n] of Object.entries(deadLettered)) add(`${key} ${reason}`, n);
    for (const [rule, n] of Object.entries(excluded)) add(`${key} ${rule}`, n);
  }
}

function addDecided(counts: Counts, { message, version, fates }: Decided): void {
  const add = adder(counts, startOf(MINUTE, message.enqueuedTime));
  add('messages', 1);
  add('bytes', message.body.length);
  if (isSalvaged(message, version)) add('salvaged messages', 1);
  for (const { category, size, container, forward, reason, rule } of fates) {
    const key = `unknown/${category}`;
    add(`${key} records`, 1);
    add(`${key} bytes`, size);
    if (container === 'archive') add(`${key} archived`, 1);
    if (forward) add(`${key} passed on`, 1);
    if (reason === 'invalid') add(`${key} do not fit`, 1);
    if (reason !== undefined) add(`${key} ${reason}`, 1);
    if (rule !== undefined) add(`${key} ${rule}`, 1);
  }
}

function adder(counts: Counts, minute: number): (name: string, n: number | undefined) => void {
  const prefix = new Date(minute).toISOString().slice(0, 16);
  return (name, n = 0) => {
    if (n !== 0) counts[`${prefix} ${name}`] = (counts[`${prefix} ${name}`] ?? 0) + n;
  };
}

/** Of the blocks that were decided on, whatever has become of them since. */
function assessSums(minutes: readonly MinuteRow[], blocks: readonly FoundBlock[]): Problem[] {
  const expected: Record<string, BlockSums> = {};
  for (const { blob, id, body } of blocks) {
    const { time = 0, records = 0 } = decodeBlockId(id) ?? {};
    const digest = blockDigest({ container: blob.container, blob: blob.name, id }, body);
    const [, category = ''] = blob.name.split('/');
    const key = blockSumKey(blob.container, 'unknown', category);
    addSums(expected, time, { [key]: { blocks: 1, records, bytes: body.length, digest } });
  }
  const counted: Record<string, BlockSums> = {};
  for (const { minute, blocks: sums } of minutes)
    if (Object.keys(sums).length > 0) addSums(counted, minute, sums);
  return differences('block sums', counted, expected);
}

function addSums(all: Record<string, BlockSums>, time: number, sums: BlockSums): void {
  const minute = new Date(startOf(MINUTE, time)).toISOString();
  all[minute] = mergeBlockSums(all[minute] ?? {}, sums);
}

function differences(
  kind: string,
  counted: Readonly<Record<string, unknown>>,
  expected: Readonly<Record<string, unknown>>,
): Problem[] {
  if (isDeepStrictEqual(counted, expected)) return [];
  const names = [...new Set([...Object.keys(counted), ...Object.keys(expected)])];
  const wrong = names.filter((name) => !isDeepStrictEqual(counted[name], expected[name]));
  return wrong.map((name) => {
    const detail = `${name} is ${JSON.stringify(counted[name])} and not ${JSON.stringify(expected[name])}`;
    return { kind, detail };
  });
}
