import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { retain } from '../shared/retention/retain.ts';
import { MINUTE } from '../shared/time.ts';

/** Well below the timeout in host.json: what has begun is finished, and the next run finds the rest. */
const TIME_TO_BEGIN = 20 * MINUTE;

app.timer('retention', {
  schedule: config.retentionSchedule,
  handler: async (_timer, context) => {
    const { retentionParts } = await import('../shared/azure/parts.ts');
    const log = logOf(context);
    const began = performance.now();
    const mayGoOn = (): boolean => performance.now() - began < TIME_TO_BEGIN;
    await retain({ ...retentionParts(config, log), log, mayGoOn });
  },
});
