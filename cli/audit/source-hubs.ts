import type { EventHubConsumerClient } from '@azure/event-hubs';
import type { HubRange, HubReader } from '../../shared/audit/reading.ts';
import { hubConsumer } from '../../shared/azure/clients.ts';
import { hostOf, readConnection } from '../../shared/settings/connection.ts';
import type { Partition } from '../../shared/message.ts';
import { namespaceOf } from '../../shared/names.ts';
import type { Environment } from '../../shared/settings/settings.ts';
import { readSourceHubs } from '../../shared/settings/source-hubs.ts';

export interface OpenHubs extends HubReader {
  close(): Promise<void>;
}

/** The source hubs that the settings name; undefined where they name none that can be reached. */
export function openSourceHubs(env: Environment): OpenHubs | undefined {
  const problems: string[] = [];
  const hubs = readSourceHubs(env, problems);
  if (problems.length > 0) return undefined;
  const clients = new Map<string, EventHubConsumerClient>();

  function clientFor({ namespace, hub }: Partition): EventHubConsumerClient {
    const key = `${namespace}/${hub}`;
    const known = clients.get(key);
    if (known) return known;
    for (const source of hubs) {
      const connection = readConnection(env, source.connection, 'event-hubs', []);
      if (source.hub !== hub || !connection || namespaceOf(hostOf(connection)) !== namespace) continue;
      const client = hubConsumer(connection, source.consumerGroup, hub);
      clients.set(key, client);
      return client;
    }
    throw new Error(`the settings do not name the hub ${key}`);
  }

  return {
    async range(partition): Promise<HubRange> {
      const client = clientFor(partition);
      const [{ createdOn }, { beginningSequenceNumber, lastEnqueuedSequenceNumber }] = await Promise.all([
        client.getEventHubProperties(),
        client.getPartitionProperties(partition.id),
      ]);
      return {
        createdOn: createdOn.getTime(),
        beginning: beginningSequenceNumber,
        last: lastEnqueuedSequenceNumber,
      };
    },

    async close() {
      await Promise.all(Array.from(clients.values(), (client) => client.close()));
    },
  };
}
