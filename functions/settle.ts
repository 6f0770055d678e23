import { app } from '@azure/functions';
import { config, settleQuietParts } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { settleQuiet } from '../shared/settle-quiet.ts';

app.timer('settle', {
  schedule: config.settleSchedule,
  handler: (_timer, context) => settleQuiet({ ...settleQuietParts(), log: logOf(context) }),
});
