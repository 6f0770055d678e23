import { app } from '@azure/functions';
import { config } from '../shared/azure/app.ts';
import { hubTrigger } from '../shared/azure/hub-trigger.ts';
import { callCategoryFunctions } from '../shared/category-functions/category-functions.ts';
import { functionNames } from '../shared/function-names.ts';

/**
 * One trigger for all category functions: functions that share a hub and a consumer group compete for its partitions, and each would
 * get a part of the records only.
 */
const { hubs = [] } = config.recordsHub?.routes ?? {};
const consumerGroup = config.recordsHub?.consumerGroup ?? '';

for (const [i, name] of functionNames('records', hubs).entries()) {
  const source = { connection: 'RecordsHubConnection', hub: hubs[i] ?? '', consumerGroup };
  app.eventHub(
    name,
    hubTrigger(source, async (batch, { log }) => {
      const { categoryFunctionParts } = await import('../shared/azure/parts.ts');
      await callCategoryFunctions(batch, { ...categoryFunctionParts(), log });
    }),
  );
}
