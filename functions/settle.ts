import { app } from '@azure/functions';
import { config, newLedger, pipelineParts } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { createSettleQuiet } from '../shared/settle-quiet.ts';

const settleQuiet = createSettleQuiet();

app.timer('settle', {
  schedule: config.settleSchedule,
  handler: (_timer, context) => settleQuiet({ ...pipelineParts(), ledger: newLedger(), log: logOf(context) }),
});
