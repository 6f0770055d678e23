import type { Reason } from './reasons.ts';

/**
 * So many parts of a message are quarantined one by one; beyond that, those that follow each other are one, or a message of a
 * megabyte would make half a million dead letters.
 */
export const MOST_FAULTS = 100;

/** Why a message, or a part of it, cannot go the ordinary way. A value, never thrown. */
export interface Fault {
  readonly reason: Reason;
  /** For a person: what was found where. */
  readonly detail: string;
  /** Where in the (unpacked) message it begins, in bytes. */
  readonly offset: number;
}
