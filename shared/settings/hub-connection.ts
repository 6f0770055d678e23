import { entityPathOf, hostOf, readConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import type { Environment, Problems } from './settings.ts';

export const HUB_NAME = /^[a-z0-9]([\w.-]{0,254}[a-z0-9])?$/i;

/** The connection to a namespace, which must lead to all these hubs (in lower case) of it. */
export function readHubConnection(
  env: Environment,
  setting: string,
  hubs: readonly string[],
  problems: Problems,
): Connection | undefined {
  const connection = readConnection(env, setting, 'event-hubs', problems);
  const only = connection && entityPathOf(connection);
  if (only !== undefined && hubs.some((hub) => hub !== only.toLowerCase())) {
    problems.push(
      `${setting} is for the hub "${only}" alone: take its EntityPath away, or use a policy of the namespace.`,
    );
  }
  return connection;
}

/** Empty where the setting names no host; that has been said by then. */
export function hostBehind(setting: string, env: Environment): string {
  const connection = readConnection(env, setting, 'event-hubs', []);
  return connection ? hostOf(connection) : '';
}
