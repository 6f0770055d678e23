import { EventHubProducerClient } from '@azure/event-hubs';
import { expect, onTestFinished, test } from 'vitest';
import { openSourceHubs } from '../../cli/audit/source-hubs.ts';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';

test('a source hub is asked what it holds of a partition', async () => {
  const emulator = await startEventHubs({ hubs: { logs: { partitionCount: 2 } } });
  onTestFinished(() => emulator.close());
  const env = { SLUICE_SOURCE_HUBS: 'logs', SourceHubConnection: emulator.connectionString };
  const producer = new EventHubProducerClient(emulator.connectionString, 'logs');
  await producer.sendBatch([{ body: 'a' }, { body: 'b' }], { partitionId: '1' });
  await producer.close();

  const hubs = openSourceHubs(env);
  if (!hubs) throw new Error('the settings name a hub');
  onTestFinished(() => hubs.close());
  const partition = { namespace: 'localhost', hub: 'logs', id: '1' };

  expect(await hubs.range(partition)).toMatchObject({ beginning: 0, last: 1 });
  expect(await hubs.range({ ...partition, id: '0' })).toMatchObject({ last: -1 });
  await expect(hubs.range({ ...partition, hub: 'other' })).rejects.toThrow(
    'do not name the hub localhost/other',
  );
});

test('no hub is asked where the settings name none that can be reached', () => {
  expect(openSourceHubs({ SLUICE_SOURCE_HUBS: 'logs' })).toBeUndefined();
});
