import { config } from './app.ts';
import { tableClient } from './clients.ts';
import { forgetExpired, STATE_TABLE } from './state-table.ts';

/** Deletes what category functions have kept for long enough, and says how many rows. */
export function forgetState(): Promise<number> {
  return forgetExpired(tableClient(config.ledgerStorage, STATE_TABLE), Date.now());
}
