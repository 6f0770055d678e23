import { setTimeout as sleep } from 'node:timers/promises';
import type { CategoryFunctionsDeps } from '../category-functions/category-functions.ts';
import { handlerFailures } from '../category-functions/handler-failures.ts';
import { rememberedRows, tableState } from '../category-functions/state.ts';
import { webhookTo } from '../category-functions/webhook.ts';
import { ALERTS_TABLE, tableAlerts } from './alerts.ts';
import { config } from './app.ts';
import { tableClient } from './clients.ts';
import { azureLedgerTable } from './ledger-table.ts';
import { once } from './once.ts';
import { pipelineParts } from './pipeline-parts.ts';
import { STATE_TABLE } from './state-table.ts';

export const categoryFunctionParts = once((): Omit<CategoryFunctionsDeps, 'log'> => {
  const { store, codec } = pipelineParts();
  const { ledgerStorage, alertWebhook, deadLetterRetentionDays: retentionDays } = config;
  const webhook = alertWebhook === undefined ? undefined : webhookTo(alertWebhook, sleep);
  const alerts = tableAlerts(tableClient(ledgerStorage, ALERTS_TABLE), webhook);
  const states = azureLedgerTable(tableClient(ledgerStorage, STATE_TABLE));
  const remembered = rememberedRows();
  const failures = handlerFailures({ store, codec, retentionDays });
  return {
    store,
    alerts,
    stateOf: (functionName) => tableState(states, functionName, Date.now, remembered),
    failures,
    sleep,
  };
});
