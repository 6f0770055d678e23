import { readConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import { HUB_NAME, hostBehind, readHubConnection } from './hub-connection.ts';
import { namespaceOf } from '../names.ts';
import { expected, readList, SETTINGS } from './settings.ts';
import type { Environment, Problems } from './settings.ts';

export interface SourceHub {
  /** In lower case: hub names are not case-sensitive. */
  readonly hub: string;
  readonly consumerGroup: string;
  /** The name of the setting that holds its connection. */
  readonly connection: string;
}

const DEFAULT_CONNECTION = 'SourceHubConnection';

export function readSourceHubs(env: Environment, problems: Problems): SourceHub[] {
  const parts = readList(env, 'sourceHubs');
  const hubs = parts.map(sourceHubFrom).filter((hub) => hub !== undefined);
  if (parts.length === 0) {
    problems.push(
      `${SETTINGS.sourceHubs.name} is missing: set it to the names of the hubs to read, such as "activity, defender".`,
    );
  }
  if (hubs.length < parts.length) {
    const form =
      'hub, hub/consumer-group, hub@Connection or hub/consumer-group@Connection, separated by commas';
    problems.push(expected(env, 'sourceHubs', form));
  }
  // Without any, the usual connection is missed with the rest.
  const connections = hubs.length > 0 ? hubs.map(({ connection }) => connection) : [DEFAULT_CONNECTION];
  for (const setting of new Set(connections)) {
    const behind = hubs.filter(({ connection }) => connection === setting).map(({ hub }) => hub);
    readHubConnection(env, setting, behind, problems);
  }
  refuseDoubles(hubs, env, problems);
  return hubs;
}

function sourceHubFrom(part: string): SourceHub | undefined {
  const [, hub = '', consumerGroup = '$Default', connection = DEFAULT_CONNECTION] =
    /^([^/@]+)(?:\/([^/@]+))?(?:@(\w+))?$/.exec(part) ?? [];
  return HUB_NAME.test(hub) ? { hub: hub.toLowerCase(), consumerGroup, connection } : undefined;
}

/** Of a hub that has been read from the settings. Throws an Error where they have changed since. */
export function connectionOfHub({ hub, connection: setting }: SourceHub, env: Environment): Connection {
  const connection = readConnection(env, setting, 'event-hubs', []);
  if (!connection)
    throw new Error(`The settings name no connection of the hub ${hub}: ${setting} is missing.`);
  return connection;
}

/** The names of blobs and of the ledger's partitions hold a namespace's first label only. */
function refuseDoubles(hubs: readonly SourceHub[], env: Environment, problems: Problems): void {
  const names = hubs.flatMap(({ hub, connection }) => {
    const host = hostBehind(connection, env);
    return host === '' ? [] : [`${namespaceOf(host)}-${hub}`];
  });
  const doubled = names.find((name, i) => names.indexOf(name) !== i);
  if (doubled === undefined) return;
  problems.push(
    `${SETTINGS.sourceHubs.name} names two hubs that would share the blobs of "${doubled}": read a hub once.`,
  );
}
