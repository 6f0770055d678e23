import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { catchUp } from '../shared/pass-on/catch-up.ts';

app.timer('catch_up', {
  schedule: config.catchUpSchedule,
  handler: async (_timer, context) => {
    const { catchUpParts } = await import('../shared/azure/parts.ts');
    await catchUp({ ...catchUpParts(), log: logOf(context) });
  },
});
