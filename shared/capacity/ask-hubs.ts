import { valueFor } from '../settings/by-hub.ts';
import type { CapacityConfig } from '../settings/config.ts';
import type { Log } from '../log.ts';
import type { Partition } from '../message.ts';
import { hubFor } from '../pass-on/routing.ts';
import type { Routes } from '../pass-on/routing.ts';
import type { SourceHub } from '../settings/source-hubs.ts';
import type { RecordsHubFacts, SourceHubFacts } from './input.ts';
import type { HubPosition, HubPositions, Probe } from './probe.ts';

export interface AskDeps {
  readonly probe: Probe;
  /** With the namespaces that their connections lead to. */
  readonly sourceHubs: readonly NamedHub[];
  /** Undefined where fan-out is switched off. */
  readonly recordsHub:
    { readonly namespace: string; readonly routes: Routes; readonly messageBytes: number } | undefined;
  readonly capacity: CapacityConfig;
  readonly log: Log;
}

export interface NamedHub extends SourceHub {
  readonly namespace: string;
}

/** A source hub, and what it and its checkpoints have answered, if anything. */
export interface AskedHub {
  readonly source: NamedHub;
  readonly positions: HubPositions | undefined;
  readonly checkpoints: ReadonlyMap<string, number> | undefined;
}

/** Who does not answer is not known, and the report says so: what the ledger has is worth telling without. */
export async function askHubs({ probe, sourceHubs, log }: AskDeps): Promise<AskedHub[]> {
  return Promise.all(
    sourceHubs.map(async (source) => {
      const name = `${source.namespace}/${source.hub}`;
      // In this order: where the host is can only be behind where the hub is.
      const checkpoints = await answer(probe.checkpoints(source), `the checkpoints of ${name}`, log);
      const positions = await answer(probe.positions(source), `the hub ${name}`, log);
      return { source, positions, checkpoints };
    }),
  );
}

async function answer<T>(asked: Promise<T>, what: string, log: Log): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log('warn', `Nothing is known of ${what}: ${reason}`);
    return undefined;
  }
}

export function positionIn(
  asked: readonly AskedHub[],
  { namespace, hub, id }: Partition,
): { readonly of: AskedHub | undefined; readonly position: HubPosition | undefined } {
  const of = asked.find(({ source }) => source.namespace === namespace && source.hub === hub);
  return { of, position: of?.positions?.partitions.find((position) => position.id === id) };
}

export function sourceFacts(asked: readonly AskedHub[], { capacity }: AskDeps): SourceHubFacts[] {
  return asked.map(({ source, positions }) => ({
    ...hubFacts(source.namespace, source.hub, capacity),
    partitions: positions?.partitions.length,
  }));
}

function hubFacts(
  namespace: string,
  hub: string,
  { consumerGroups, hubRetentionHours }: Pick<CapacityConfig, 'consumerGroups' | 'hubRetentionHours'>,
): Omit<SourceHubFacts, 'partitions'> {
  return {
    namespace,
    hub,
    consumerGroups: valueFor(consumerGroups, namespace, hub),
    retentionHours: valueFor(hubRetentionHours, namespace, hub),
  };
}

export async function askRecordsHubs({
  probe,
  recordsHub,
  capacity,
  log,
}: AskDeps): Promise<RecordsHubFacts[]> {
  if (!recordsHub) return [];
  const { namespace, routes, messageBytes } = recordsHub;
  return Promise.all(
    routes.hubs.map(async (hub) => ({
      ...hubFacts(namespace, hub, capacity),
      partitions: await answer(probe.recordsPartitions(hub), `the hub ${namespace}/${hub}`, log),
      messageBytes,
      takes: (category: string) => {
        const slash = category.indexOf('/');
        return hubFor(category.slice(0, slash), category.slice(slash + 1), routes) === hub;
      },
    })),
  );
}
