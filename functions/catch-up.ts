import { app } from '@azure/functions';
import { catchUpParts, config } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { catchUp } from '../shared/catch-up.ts';

app.timer('catch_up', {
  schedule: config.catchUpSchedule,
  handler: (_timer, context) => catchUp({ ...catchUpParts(), log: logOf(context) }),
});
