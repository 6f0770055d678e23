import { app } from '@azure/functions';
import { config, pipelineParts } from '../shared/azure/app.ts';
import { hubTrigger } from '../shared/azure/hub-trigger.ts';
import { functionNames } from '../shared/function-names.ts';
import { ingest } from '../shared/pipeline.ts';

const { sourceHubs } = config;
const names = functionNames(
  'ingest',
  sourceHubs.map(({ hub }) => hub),
);

for (const [i, name] of names.entries()) {
  const source = sourceHubs[i];
  if (source)
    app.eventHub(
      name,
      hubTrigger(source, (batch, log) => ingest(batch, { ...pipelineParts(), log })),
    );
}
