import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { settleQuietParts } from '../shared/azure/pipeline-parts.ts';
import { settleQuiet } from '../shared/settle-quiet.ts';

app.timer('settle', {
  schedule: config.settleSchedule,
  handler: (_timer, context) => settleQuiet({ ...settleQuietParts(), log: logOf(context) }),
});
