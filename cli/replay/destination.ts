import type { Letter } from '../dead-letters/letter.ts';

/** What a hub held at a moment: enough to tell later what has come since. */
export interface HubPosition {
  /** When the hub was created, in milliseconds: another time, another hub of the same name. */
  readonly createdOn: number;
  /** The last sequence number of each partition of interest. */
  readonly last: Readonly<Record<string, number>>;
}

/** Where letters are sent again. */
export interface Destination {
  /** `contoso/logs` */
  readonly hub: string;
  readonly position: () => Promise<HubPosition>;
  /** Makes messages of letters, in order. */
  readonly pack: (letters: readonly Letter[]) => Promise<Shipment>;
  /** The ids of the letters that have come to the hub since then; undefined where it holds what came then no longer. */
  readonly idsSince: (position: HubPosition) => Promise<ReadonlySet<string> | undefined>;
}

export interface Shipment {
  /** What the hub would not take. */
  readonly tooLarge: ReadonlySet<Letter>;
  readonly messages: number;
  readonly send: () => Promise<void>;
}
