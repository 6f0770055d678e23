import { config } from './app.ts';
import { tableClient } from './clients.ts';
import { azureLedgerTable, LEDGER_TABLE } from './ledger-table.ts';
import { once } from './once.ts';

export const ledgerTable = once(() => azureLedgerTable(tableClient(config.ledgerStorage, LEDGER_TABLE)));
