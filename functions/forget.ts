import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { tableClient } from '../shared/azure/clients.ts';
import { forgetExpired, STATE_TABLE } from '../shared/azure/state-table.ts';

/** Deletes what category functions have kept for long enough. */
app.timer('forget', {
  schedule: config.retentionSchedule,
  handler: async (_timer, context) => {
    const forgotten = await forgetExpired(tableClient(config.ledgerStorage, STATE_TABLE), Date.now());
    if (forgotten > 0) context.log(`Forgot ${forgotten} rows of the table ${STATE_TABLE}.`);
  },
});
