import { LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { minuteFrom } from '../../shared/ledger/ledger-rows.ts';
import { addTally, count, emptyTally } from '../../shared/ledger/tally.ts';
import type { Tally } from '../../shared/ledger/tally.ts';
import { rowsOf } from './rows.ts';

/** What the ledger has counted, over all partitions and minutes. */
export interface LedgerSums {
  readonly messages: number;
  readonly salvagedMessages: number;
  /** What had to be done to them: in how many messages each. */
  readonly rungs: Readonly<Record<string, number>>;
  readonly total: Tally;
  /** By category, as in `entra/SignInLogs`. */
  readonly categories: ReadonlyMap<string, Tally>;
}

const MINUTE_ROWS = "RowKey ge 'minute-' and RowKey lt 'minute.'";

/** `connectionString` is that of the ledger's storage. */
export async function readLedger(connectionString: string): Promise<LedgerSums> {
  const categories = new Map<string, Tally>();
  const total = emptyTally();
  const rungs: Record<string, number> = {};
  let messages = 0;
  let salvagedMessages = 0;
  for await (const row of rowsOf(connectionString, LEDGER_TABLE, MINUTE_ROWS)) {
    const minute = minuteFrom(row);
    messages += minute.messages;
    salvagedMessages += minute.salvagedMessages;
    for (const [rung, n] of Object.entries(minute.rungs)) count(rungs, rung, n);
    for (const [key, tally] of Object.entries(minute.categories)) {
      const sum = categories.get(key) ?? emptyTally();
      categories.set(key, sum);
      addTally(sum, tally);
      addTally(total, tally);
    }
  }
  return { messages, salvagedMessages, rungs, total, categories };
}
