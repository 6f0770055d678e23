import type { Reason } from './reasons.ts';

/** Why a message, or a part of it, cannot go the ordinary way. A value, never thrown. */
export interface Fault {
  readonly reason: Reason;
  /** For a person: what was found where. */
  readonly detail: string;
  /** Where in the (unpacked) message it begins, in bytes. */
  readonly offset: number;
}
