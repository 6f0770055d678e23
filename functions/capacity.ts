import { app } from '@azure/functions';
import { config, telemetry } from '../shared/azure/app.ts';
import { logOf } from '../shared/azure/hub-trigger.ts';
import { runCapacity } from '../shared/capacity/run.ts';

app.timer('capacity', {
  schedule: config.capacity.schedule,
  handler: async (_timer, context) => {
    const { capacityParts } = await import('../shared/azure/parts.ts');
    const log = logOf(context);
    const report = await runCapacity({ ...capacityParts(), log });
    telemetry?.capacityReported(report, log);
  },
});
