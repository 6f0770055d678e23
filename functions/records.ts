import { app } from '@azure/functions';
import { categoryFunctionParts, config, logOf } from '../shared/azure/app.ts';
import { FOR_EVER, toBatch } from '../shared/azure/trigger-batch.ts';
import type { BinaryEventHubOptions } from '../shared/azure/trigger-batch.ts';
import { callCategoryFunctions } from '../shared/category-functions.ts';
import { functionNames } from '../shared/function-names.ts';

/**
 * One trigger for all category functions: functions that share a hub and a consumer group compete for its partitions, and each would
 * get a part of the records only.
 */
if (config.recordsHub) {
  const { routes, consumerGroup } = config.recordsHub;
  const names = functionNames('records', routes.hubs);
  routes.hubs.forEach((hub, i) => {
    const options: BinaryEventHubOptions = {
      connection: 'RecordsHubConnection',
      eventHubName: hub,
      consumerGroup,
      cardinality: 'many',
      dataType: 'binary',
      retry: FOR_EVER,
      handler: (messages, context) =>
        callCategoryFunctions(toBatch(messages, context), {
          ...categoryFunctionParts(),
          log: logOf(context),
        }),
    };
    app.eventHub(names[i] ?? 'records', options);
  });
}
