import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { settleQuiet } from '../shared/settle-quiet.ts';

app.timer('settle', {
  schedule: config.settleSchedule,
  handler: async (_timer, context) => {
    const { settleQuietParts } = await import('../shared/azure/parts.ts');
    await settleQuiet({ ...settleQuietParts(), log: logOf(context) });
  },
});
