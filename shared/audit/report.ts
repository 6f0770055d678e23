import type { MinuteRow } from '../ledger/ledger-rows.ts';
import type { Partition } from '../message.ts';
import { partitionKeyOf } from '../names.ts';
import { isNote } from './findings.ts';
import type { Fault, Finding, Note } from './findings.ts';
import type { FoundBlob } from './found-blobs.ts';
import type { Expired, HourJudgement } from './judge-hour.ts';

/** What an audit was asked, in whole hours: milliseconds since 1970. */
export interface Asked {
  readonly from: number;
  readonly to: number;
  readonly deep: boolean;
}

export interface Checked {
  partitions: number;
  runs: number;
  /** Hours of a partition. */
  hours: number;
  messages: number;
  blobs: number;
  blocks: number;
  records: number;
  bytes: number;
}

export interface AuditReport extends Asked {
  readonly complete: boolean;
  readonly checked: Readonly<Checked>;
  /** What retention has deleted, by its own account. */
  readonly expired: Expired;
  /** In the archive tier, where only what metadata says can be compared. */
  readonly offline: { readonly blobs: number; readonly records: number };
  /** Category and hours whose digests could not be compared, since a part of them has expired or is offline. */
  readonly undigested: number;
  readonly faults: readonly Fault[];
  readonly notes: readonly Note[];
  /** Beyond those that are named. */
  readonly moreFaults: number;
  readonly moreNotes: number;
}

export interface AuditProgress {
  /** The last hour that was judged. */
  readonly hour: number;
  readonly checked: Readonly<Checked>;
  readonly faults: number;
}

/** An archive that is gone altogether is told in fewer. */
const MOST_NAMED = 1_000;

export interface Reporter {
  add(findings: readonly Finding[]): void;
  /** Of an hour in which messages may still arrive: they count only if none did. */
  addIfQuiet(partition: Partition, hour: number, findings: readonly Finding[]): void;
  countRow(row: MinuteRow): void;
  countHour(partition: Partition, hour: number, blobs: readonly FoundBlob[], judgement: HourJudgement): void;
  closePartition(partition: Partition, isQuiet: boolean, runs: number): void;
  finish(): AuditReport;
}

export function createReport(
  asked: Asked,
  onProgress: ((progress: AuditProgress) => void) | undefined,
): Reporter {
  const checked: Checked = {
    partitions: 0,
    runs: 0,
    hours: 0,
    messages: 0,
    blobs: 0,
    blocks: 0,
    records: 0,
    bytes: 0,
  };
  const expired = { blobs: 0, blocks: 0, records: 0, bytes: 0 };
  const offline = { blobs: 0, records: 0 };
  const faults = named<Fault>();
  const notes = named<Note>();
  const waiting = new Map<string, { readonly hour: number; readonly findings: readonly Finding[] }[]>();
  let undigested = 0;

  function add(findings: readonly Finding[]): void {
    for (const finding of findings)
      if (isNote(finding)) notes.add(finding);
      else faults.add(finding);
  }

  return {
    add,

    addIfQuiet(partition, hour, findings) {
      const key = partitionKeyOf(partition);
      waiting.set(key, [...(waiting.get(key) ?? []), { hour, findings }]);
    },

    countRow({ messages }) {
      checked.messages += messages;
    },

    countHour(_partition, hour, blobs, judgement) {
      checked.hours++;
      for (const blob of blobs) countBlob(blob);
      for (const name of ['blobs', 'blocks', 'records', 'bytes'] as const)
        expired[name] += judgement.expired[name];
      undigested += judgement.undigested;
      onProgress?.({ hour, checked, faults: faults.count });
    },

    closePartition(partition, isQuiet, runs) {
      checked.partitions++;
      checked.runs += runs;
      for (const { hour, findings } of waiting.get(partitionKeyOf(partition)) ?? [])
        add(isQuiet ? findings : [{ kind: 'not-finished', partition, hour, why: 'arriving' }]);
    },

    finish() {
      return {
        ...asked,
        complete: faults.count === 0,
        checked,
        expired,
        offline,
        undigested,
        faults: faults.named,
        notes: notes.named,
        moreFaults: faults.count - faults.named.length,
        moreNotes: notes.count - notes.named.length,
      };
    },
  };

  function countBlob({ bytes, contents }: FoundBlob): void {
    checked.blobs++;
    checked.bytes += bytes;
    if (contents.kind === 'offline') {
      checked.blocks += contents.blocks;
      checked.records += contents.records;
      offline.blobs++;
      offline.records += contents.records;
      return;
    }
    checked.blocks += contents.blocks.length;
    checked.records += contents.blocks.reduce((sum, { facts }) => sum + (facts?.records ?? 0), 0);
  }
}

function named<T>(): { add(finding: T): void; readonly named: readonly T[]; readonly count: number } {
  const first: T[] = [];
  let count = 0;
  return {
    add(finding) {
      if (count++ < MOST_NAMED) first.push(finding);
    },
    named: first,
    get count() {
      return count;
    },
  };
}
