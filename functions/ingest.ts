import { app } from '@azure/functions';
import { config, logOf, pipelineParts } from '../shared/azure/app.ts';
import { FOR_EVER, toBatch } from '../shared/azure/trigger-batch.ts';
import type { BinaryEventHubOptions } from '../shared/azure/trigger-batch.ts';
import { functionNames } from '../shared/function-names.ts';
import { ingest } from '../shared/pipeline.ts';

const names = functionNames(
  'ingest',
  config.sourceHubs.map(({ hub }) => hub),
);

config.sourceHubs.forEach(({ hub, connection, consumerGroup }, i) => {
  const options: BinaryEventHubOptions = {
    connection,
    eventHubName: hub,
    consumerGroup,
    cardinality: 'many',
    dataType: 'binary',
    retry: FOR_EVER,
    handler: (messages, context) =>
      ingest(toBatch(messages, context), { ...pipelineParts(), log: logOf(context) }),
  };
  app.eventHub(names[i] ?? 'ingest', options);
});
