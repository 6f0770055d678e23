import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';

/** Deletes what category functions have kept for long enough. */
app.timer('forget', {
  schedule: config.retentionSchedule,
  handler: async (_timer, context) => {
    const { forgetState } = await import('../shared/azure/parts.ts');
    const forgotten = await forgetState();
    if (forgotten > 0) context.log(`Forgot ${forgotten} rows of the table of state.`);
  },
});
