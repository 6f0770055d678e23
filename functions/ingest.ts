import { app } from '@azure/functions';
import { config, telemetry } from '../shared/azure/app.ts';
import { hubTrigger } from '../shared/azure/hub-trigger.ts';
import { functionNames } from '../shared/function-names.ts';
import { ingest } from '../shared/pipeline.ts';
import { bytesAtOnce } from '../shared/prepare.ts';
import { observeBatch } from '../shared/telemetry/batch.ts';

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
      hubTrigger(source, (batch, invocation) =>
        observeBatch(batch, invocation, telemetry, async (onDecided) => {
          const { inFlight, pipelineParts } = await import('../shared/azure/parts.ts');
          await inFlight.run(bytesAtOnce(batch.messages), () =>
            ingest(batch, { ...pipelineParts(), log: invocation.log, onDecided }),
          );
        }),
      ),
    );
}
