import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { catchUpParts } from '../shared/azure/pipeline-parts.ts';
import { catchUp } from '../shared/catch-up.ts';

app.timer('catch_up', {
  schedule: config.catchUpSchedule,
  handler: (_timer, context) => catchUp({ ...catchUpParts(), log: logOf(context) }),
});
