import pMap, { pMapSkip } from 'p-map';
import type { LedgerTable } from '../sinks.ts';
import { HOUR } from '../time.ts';
import { CLOCK_TOLERANCE } from '../ledger/undecided.ts';
import { readGone } from './account.ts';
import type { PartitionAccount } from './account.ts';
import type { DatedBlob } from './day-listing.ts';
import type { ExpectedBlock, FoundBlob } from './found-blobs.ts';
import { judgeHour } from './judge-hour.ts';
import type { HourLedger } from './judge-hour.ts';
import { foundBlock, readBlocks } from './read-blocks.ts';
import type { ArchiveReader, HubReader } from './reading.ts';
import type { AuditProgress, Reporter } from './report.ts';

export interface AuditDeps {
  readonly table: LedgerTable;
  readonly archive: ArchiveReader;
  /** Undefined: hubs are not asked. */
  readonly hubs?: HubReader | undefined;
  readonly onProgress?: ((progress: AuditProgress) => void) | undefined;
}

const BLOBS_AT_ONCE = 8;
/** Of those that are read whole, which takes a few times the size of a block each. */
const DEEP_BLOBS_AT_ONCE = 2;

export interface Hour {
  readonly account: PartitionAccount;
  readonly hour: number;
  readonly ledger: HourLedger;
  readonly listed: readonly DatedBlob[];
  readonly deep: boolean;
}

/** Reads what is there of an hour of a partition, and judges it. */
export async function auditHour(of: Hour, deps: AuditDeps, report: Reporter): Promise<void> {
  const { account, hour, ledger, listed, deep } = of;
  const { partition } = account;
  const read = await pMap(listed, (blob) => readBlob(blob, deep, deps.archive), {
    concurrency: deep ? DEEP_BLOBS_AT_ONCE : BLOBS_AT_ONCE,
  });
  const blobs = read.filter((blob) => blob !== undefined);
  const isOfHour = ({ parsed }: { parsed: { hour: number } }): boolean => parsed.hour === hour;
  const lost = account.lost.filter(isOfHour);
  const planned = await awaited(account.planned.filter(isOfHour), blobs, deps.archive);
  const base = { partition, hour, expected: ledger, blobs, lost, planned, deep };
  let judgement = judgeHour({ ...base, gone: [] });
  // Asked for after the blobs have been read: whatever is not there any more has been noted by then.
  if (judgement.faults.some(({ kind }) => kind === 'records-missing')) {
    judgement = judgeHour({ ...base, gone: await readGone(partition, hour, deps.table) });
  }
  report.countHour(partition, hour, blobs, judgement);
  const findings = [...judgement.faults, ...judgement.notes];
  if (isOver(account, hour)) report.add(findings);
  else report.addIfQuiet(partition, hour, findings);
}

/** Of the blocks of the open plan, those that are staged and not committed yet. What is neither has been deleted. */
async function awaited(
  planned: readonly ExpectedBlock[],
  blobs: readonly FoundBlob[],
  archive: ArchiveReader,
): Promise<ExpectedBlock[]> {
  if (planned.length === 0) return [];
  const there = new Set(
    blobs.flatMap(({ contents }) => (contents.kind === 'blocks' ? contents.blocks.map(({ id }) => id) : [])),
  );
  const missing = planned.filter(({ id }) => !there.has(id));
  return pMap(missing, async (block) => ((await archive.hasBlock(block, block.id)) ? block : pMapSkip), {
    concurrency: BLOBS_AT_ONCE,
  });
}

/** Whether the ledger itself says that no message of the hour is still to come. */
function isOver({ lastTime }: PartitionAccount, hour: number): boolean {
  return hour + HOUR + CLOCK_TOLERANCE <= lastTime;
}

/** Undefined where it is not there any more: retention may be at work. */
async function readBlob(
  { container, name, parsed, bytes, metadata, isOffline }: DatedBlob,
  deep: boolean,
  archive: ArchiveReader,
): Promise<FoundBlob | undefined> {
  const found = { container, name, parsed };
  const address = { container, name };
  const listed = isOffline ? 'offline' : await archive.blocks(address);
  if (!listed) return undefined;
  if (listed === 'offline') {
    // Without them, nothing can be proved of it.
    const [blocks, records] = [Number(metadata['blocks']) || 0, Number(metadata['records']) || 0];
    return { ...found, bytes, contents: { kind: 'offline', blocks, records } };
  }
  const size = listed.reduce((sum, block) => sum + block.size, 0);
  // A blob that is written to grows between two requests.
  const written = Math.max(size, bytes);
  const blocks = deep ? await readBlocks(address, listed, archive) : listed.map(foundBlock);
  return blocks && { ...found, bytes: written, contents: { kind: 'blocks', blocks } };
}
