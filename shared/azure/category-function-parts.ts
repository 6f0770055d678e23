import { setTimeout as sleep } from 'node:timers/promises';
import type { CategoryFunctionsDeps } from '../category-functions.ts';
import { handlerFailures } from '../handler-failures.ts';
import { ALERTS_TABLE, tableAlerts } from './alerts.ts';
import { config } from './app.ts';
import { tableClient } from './clients.ts';
import { once } from './once.ts';
import { pipelineParts } from './pipeline-parts.ts';

export const categoryFunctionParts = once((): Omit<CategoryFunctionsDeps, 'log'> => {
  const { store, codec } = pipelineParts();
  const alerts = tableAlerts(tableClient(config.ledgerStorage, ALERTS_TABLE));
  const failures = handlerFailures({ store, codec, retentionDays: config.deadLetterRetentionDays });
  return { store, alerts, failures, sleep };
});
