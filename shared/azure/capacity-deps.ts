import type { MeasureDeps } from '../capacity/measure.ts';
import { categoryOf } from '../judge/catalogue.ts';
import type { Config } from '../settings/config.ts';
import { hostOf } from '../settings/connection.ts';
import type { Connection } from '../settings/connection.ts';
import { createPartitionList } from '../ledger/ledger-partitions.ts';
import { namespaceOf, safeName } from '../names.ts';
import { retentionDaysOf } from '../retention.ts';
import { annotationsInPath } from '../retention/annotations-in-path.ts';
import { tiersOf } from '../blocks/tiers.ts';
import type { Environment } from '../settings/settings.ts';
import type { LedgerTable } from '../sinks.ts';
import { connectionOfHub } from '../settings/source-hubs.ts';
import type { SourceHub } from '../settings/source-hubs.ts';
import { blobService, hubConsumer } from './clients.ts';
import { azureProbe } from './probe.ts';

/** What measuring takes, for the timer and for the command line. */
export function capacityDeps(config: Config, table: LedgerTable, env: Environment): Omit<MeasureDeps, 'log'> {
  const { capacity, recordsHub } = config;
  const connectionOf = (hub: SourceHub): Connection => connectionOfHub(hub, env);
  const recordsClient = (hub: string) => {
    if (!recordsHub) throw new Error('Fan-out is switched off.');
    return hubConsumer(recordsHub.connection, recordsHub.consumerGroup, hub);
  };
  return {
    table,
    partitions: createPartitionList(table),
    probe: azureProbe({
      sourceHub: (hub) => hubConsumer(connectionOf(hub), hub.consumerGroup, hub.hub),
      recordsHub: recordsClient,
      hostStorage: blobService(config.hostStorage),
      hostOf: (hub) => hostOf(connectionOf(hub)).replace(/:\d+$/, ''),
      now: Date.now,
    }),
    sourceHubs: config.sourceHubs.map((hub) => ({
      ...hub,
      namespace: namespaceOf(hostOf(connectionOf(hub))),
    })),
    recordsHub: recordsHub && {
      namespace: namespaceOf(hostOf(recordsHub.connection)),
      routes: recordsHub.routes,
      messageBytes: recordsHub.messageBytes,
    },
    capacity,
    categoryOf: (key) => {
      const slash = key.indexOf('/');
      const [source, name] = [key.slice(0, slash), key.slice(slash + 1)];
      const { retentionDays, message } = categoryOf(source, name);
      return {
        retentionDays: retentionDaysOf(source, name, retentionDays, config.retention),
        steps: tiersOf(source, safeName(name), annotationsInPath(source, safeName(name)), config.tiers),
        messagePerRecord: message === 'record',
      };
    },
    deadLetterDays: config.deadLetterRetentionDays,
    now: Date.now,
  };
}
