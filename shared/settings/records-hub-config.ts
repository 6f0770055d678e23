import type { Connection } from './connection.ts';
import { HUB_NAME, readHubConnection } from './hub-connection.ts';
import type { Routes } from '../pass-on/routing.ts';
import { expected, readList, readWholeNumber, SETTINGS, textOf } from './settings.ts';
import type { Environment, Problems } from './settings.ts';

export interface RecordsHubConfig {
  readonly connection: Connection;
  readonly consumerGroup: string;
  readonly routes: Routes;
  readonly messageBytes: number;
}

const PLACEHOLDER = /\{(source|category)\}/g;

/** An Event Hubs message is at most 1 MiB in the tiers that Sluice is for. */
const LARGEST_MESSAGE = 1_048_576;
const SMALLEST_MESSAGE = 4_096;

export function readRecordsHub(env: Environment, problems: Problems): RecordsHubConfig | undefined {
  const routes = readRoutes(env, problems);
  const connection = readHubConnection(env, 'RecordsHubConnection', routes.hubs, problems);
  const limits = { least: SMALLEST_MESSAGE, most: LARGEST_MESSAGE };
  const messageBytes = readWholeNumber(env, 'messageBytes', limits, problems);
  const consumerGroup = textOf(env, 'recordsConsumerGroup');
  return connection && { connection, consumerGroup, routes, messageBytes };
}

function readRoutes(env: Environment, problems: Problems): Routes {
  const hub = textOf(env, 'recordsHub');
  const [isValid, isPattern] = [HUB_NAME.test(hub.replaceAll(PLACEHOLDER, 'x')), hub.includes('{')];
  if (!isValid) {
    problems.push(
      expected(env, 'recordsHub', 'the name of a hub, in which {source} and {category} may stand'),
    );
  }
  const named = isPattern ? readList(env, 'recordsHubs') : [hub];
  const hubs = [...new Set(named.map((name) => name.toLowerCase()))];
  if (hubs.length === 0) {
    problems.push(`${SETTINGS.recordsHubs.name} is missing: "${hub}" needs the list of the hubs that exist.`);
  }
  if (isPattern && !hubs.every((name) => HUB_NAME.test(name))) {
    problems.push(expected(env, 'recordsHubs', 'names of hubs, separated by commas'));
  }
  const fallbackHub = (textOf(env, 'recordsFallbackHub') || (hubs[0] ?? '')).toLowerCase();
  if (hubs.length > 0 && !hubs.includes(fallbackHub)) {
    problems.push(expected(env, 'recordsFallbackHub', `one of the records hubs (${hubs.join(', ')})`));
  }
  return { hub, hubs, fallbackHub };
}
