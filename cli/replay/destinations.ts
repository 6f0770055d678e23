import type { EventHubProducerClient } from '@azure/event-hubs';
import { hubConsumer, hubProducer } from '../../shared/azure/clients.ts';
import { azureRecordsHub } from '../../shared/azure/records-hub.ts';
import { categoryOf } from '../../shared/judge/catalogue.ts';
import { hostOf, readConnection } from '../../shared/settings/connection.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import { judge } from '../../shared/judge/judge.ts';
import { namespaceOf, partitionKeyOf } from '../../shared/names.ts';
import type { RecordsHubConfig } from '../../shared/settings/records-hub-config.ts';
import { hubFor } from '../../shared/pass-on/routing.ts';
import { readSourceHubs } from '../../shared/settings/source-hubs.ts';
import type { Letter } from '../dead-letters/letter.ts';
import { settingsOf } from '../found-settings.ts';
import type { FoundSettings } from '../found-settings.ts';
import { UsageError } from '../usage-error.ts';
import type { Destination } from './destination.ts';
import { handlerDestination } from './handler-destination.ts';
import { hubWatch } from './hub-watch.ts';
import type { HubWatch } from './hub-watch.ts';
import { recordsHubOf } from './records-hub-of.ts';
import { sourceDestination } from './source-destination.ts';

export interface Destinations {
  readonly of: (letter: Letter) => Promise<Destination | undefined>;
  readonly close: () => Promise<void>;
}

/** An answer that is lost would have the SDK send again what has arrived. */
const SEND_ONCE = { retryOptions: { maxRetries: 0, timeoutInMs: 20_000 } };

interface Connected {
  readonly producer: EventHubProducerClient;
  readonly watch: HubWatch;
}

/** The hubs of the settings, each connected to when the first letter goes there. */
export function openDestinations(settings: FoundSettings, consumerGroup: string | undefined): Destinations {
  const connected = new Map<string, Connected>();
  const destinations = new Map<string, Destination | undefined>();
  const sources = settingsOf(settings, (problems) => readSourceHubs(settings.env, problems));
  let recordsHubs: RecordsHubConfig | undefined;

  function connect(connection: Connection, hub: string, options?: typeof SEND_ONCE): Connected {
    const key = `${connection.setting} ${hub}`;
    const known = connected.get(key);
    if (known) return known;
    const producer = hubProducer(connection, hub, options);
    const watch = hubWatch(producer, () => hubConsumer(connection, needed(consumerGroup, hub), hub));
    connected.set(key, { producer, watch });
    return { producer, watch };
  }

  async function toSource({ namespace, hub, id }: Letter['partition']): Promise<Destination | undefined> {
    for (const source of sources) {
      const connection = readConnection(settings.env, source.connection, 'event-hubs', []);
      if (source.hub !== hub || !connection || namespaceOf(hostOf(connection)) !== namespace) continue;
      const { producer, watch } = connect(connection, hub, SEND_ONCE);
      const partitions = await producer.getPartitionIds();
      return sourceDestination(`${namespace}/${hub}`, partitionFor(id, partitions), producer, watch);
    }
    return undefined;
  }

  function toRecordsHub(hub: string, { connection, messageBytes }: RecordsHubConfig): Destination {
    const { producer, watch } = connect(connection, hub);
    const deps = {
      recordsHub: azureRecordsHub(() => producer),
      messageBytes,
      judge,
      categoryOf,
      now: Date.now,
    };
    return handlerDestination(namespaceOf(hostOf(connection)), hub, watch, deps);
  }

  async function ofHandler({ source, category }: Letter): Promise<Destination> {
    recordsHubs ??= recordsHubOf(settings);
    const hub = hubFor(source, category, recordsHubs.routes);
    const found = destinations.get(hub) ?? toRecordsHub(hub, recordsHubs);
    destinations.set(hub, found);
    return found;
  }

  async function ofHub({ partition }: Letter): Promise<Destination | undefined> {
    const key = partitionKeyOf(partition);
    if (!destinations.has(key)) destinations.set(key, await toSource(partition));
    return destinations.get(key);
  }

  return {
    of: (letter) => (letter.handler === undefined ? ofHub(letter) : ofHandler(letter)),
    async close() {
      for (const { producer } of connected.values()) await producer.close();
    },
  };
}

/** The letter's own, or, where the hub has fewer by now, always the same one in its place. */
function partitionFor(id: string, partitions: readonly string[]): string {
  return partitions.includes(id) ? id : (partitions[Number(id) % partitions.length] ?? '0');
}

function needed(consumerGroup: string | undefined, hub: string): string {
  if (consumerGroup !== undefined) return consumerGroup;
  throw new UsageError(
    `An earlier run died while it was sending, and what has arrived of it must be looked for in the hub ${hub}. Name a consumer ` +
      'group to read it with, and not the one of the app, which suffers no other reader: --consumer-group <name>.',
  );
}
