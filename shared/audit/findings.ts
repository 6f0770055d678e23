import type { BlockSum } from '../blocks/block-sums.ts';
import type { Partition } from '../message.ts';

/** Sequence numbers of a partition, first and last included. */
export interface Numbers {
  readonly partition: Partition;
  readonly first: number;
  readonly last: number;
  /** How many of the numbers. */
  readonly messages: number;
  /** When the messages before and after them came in, or they themselves: milliseconds since 1970. */
  readonly times: readonly [least: number, greatest: number];
}

/** A block in its blob. */
export interface BlockPlace {
  readonly container: string;
  readonly blob: string;
  /** In base64. */
  readonly block: string;
  /** Which lines of the unpacked blob are its own, from 1; absent where they cannot be told. */
  readonly lines?: readonly [first: number, last: number];
  /** Sequence numbers of the first and last message in it. */
  readonly messages?: readonly [first: number, last: number];
}

/** What the ledger counts together: the blocks of a container, category, hour and source-hub partition. */
export interface Group {
  readonly partition: Partition;
  /** Its start, in milliseconds since 1970. */
  readonly hour: number;
  readonly container: string;
  readonly source: string;
  /** As in the path of a blob. */
  readonly category: string;
}

export interface SumsDiffer extends Group {
  readonly kind: 'records-missing' | 'records-extra' | 'bytes-changed';
  /** What the ledger has decided, and what is there, in the minutes that differ or in the whole hour. */
  readonly expected: BlockSum;
  readonly found: BlockSum;
  /** The minutes that differ; none where only the hour can be judged. */
  readonly minutes: readonly number[];
  /** Sequence numbers that those minutes hold, where the ledger has rows for them. */
  readonly messages?: readonly [first: number, last: number];
  /** Of the blocks there, those of the minutes that differ. */
  readonly blocks: readonly BlockPlace[];
  /** Blobs that must have been there, since one with a higher number is, or since none is. */
  readonly absent: readonly string[];
}

export type WhyMissing =
  /** The hub had them when the run after them began. */
  | 'skipped'
  /** The hub could not be asked when the run after them began. */
  | 'not-known'
  /** The run that the ledger decided holds them, and no row of the ledger counts them. */
  | 'no-row';

/** What is wrong with the archive or the ledger. */
export type Fault =
  | (Numbers & {
      readonly kind: 'messages-missing';
      readonly why: WhyMissing;
      /** How many of the numbers the hub still holds; undefined where it was not asked. */
      readonly inHub?: number;
    })
  | (Numbers & { readonly kind: 'messages-doubled' })
  | SumsDiffer
  | (Group & {
      readonly kind: 'block-lost';
      readonly place: BlockPlace;
      readonly records: number;
    })
  | (Group & {
      readonly kind: 'block-doubled';
      readonly places: readonly [BlockPlace, BlockPlace];
      readonly records: number;
    })
  | (Group & {
      readonly kind: 'blocks-misplaced';
      readonly blob: string;
      readonly blocks: number;
      readonly records: number;
      /** The hours that their ids name. */
      readonly belongTo: readonly number[];
    })
  | (Group & { readonly kind: 'blocks-foreign'; readonly blob: string; readonly blocks: readonly string[] })
  | (Group & { readonly kind: 'block-damaged'; readonly place: BlockPlace; readonly detail: string })
  | (Group & { readonly kind: 'blob-rewritten'; readonly blob: string; readonly bytes: number })
  | {
      readonly kind: 'blob-foreign';
      readonly container: string;
      readonly blob: string;
      /** Whether its name is none that Sluice gives, or that of a partition that the ledger does not know. */
      readonly why: 'name' | 'partition';
    }
  | {
      readonly kind: 'ledger-disagrees';
      readonly partition: Partition;
      readonly hour: number;
      /** As in `entra/SignInLogs`; undefined for what is counted of messages. */
      readonly category?: string;
      readonly between: Disagreement;
      readonly counts: readonly [number, number];
    };

/** Which two counts of the ledger ought to be the same (or the first no more than the second, for `pass-on and excluded`). */
export type Disagreement =
  | 'records and their fates'
  | 'archived and blocks'
  | 'dead-lettered and blocks'
  | 'salvaged and blocks'
  | 'pass-on and excluded';

/** What explains itself, and is no fault. */
export type Note =
  | (Numbers & { readonly kind: 'let-go' })
  | {
      readonly kind: 'begins';
      readonly partition: Partition;
      readonly first: number;
      readonly at: number;
      /** The oldest that the hub held then, where it was asked. */
      readonly beginning?: number;
    }
  | {
      readonly kind: 'hub-recreated';
      readonly partition: Partition;
      readonly at: number;
      /** The last number of the old hub that was taken in. */
      readonly last?: number;
      /** When the new hub was created, where it was asked. */
      readonly createdOn?: number;
    }
  | {
      readonly kind: 'not-finished';
      readonly partition: Partition;
      readonly hour: number;
      /** `plan-open`: what was decided is not committed yet. `arriving`: messages of the hour came in meanwhile. */
      readonly why: 'plan-open' | 'arriving';
    }
  | (Omit<Numbers, 'times'> & { readonly kind: 'not-read' })
  | { readonly kind: 'hub-not-asked'; readonly partition: Partition; readonly reason: string };

export type Finding = Fault | Note;

const NOTES: ReadonlySet<Finding['kind']> = new Set<Note['kind']>([
  'let-go',
  'begins',
  'hub-recreated',
  'not-finished',
  'not-read',
  'hub-not-asked',
]);

export function isNote(finding: Finding): finding is Note {
  return NOTES.has(finding.kind);
}
