import type { Connection } from 'rhea';

export type Claim = 'Listen' | 'Send' | 'Manage';

/** Who may do what. A token holds for the connection that brought it, and for the hub that it was made for. */
export interface Access {
  /** @throws AmqpFault where the token is not accepted */
  admit(connection: Connection, hub: string, token: string): void;
  /** @throws AmqpFault where the connection has brought no token for the hub with any of the claims */
  demand(connection: Connection, hub: string, claims: readonly Claim[]): void;
}

/** Where nobody asks for a key, as in the official emulator. */
export const OPEN_ACCESS: Access = { admit: () => {}, demand: () => {} };
