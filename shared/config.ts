import { COMPRESSIONS } from './block-codec.ts';
import type { Compression } from './block-codec.ts';
import { hostOf, readConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import { SluiceError } from './errors.ts';
import { namespaceOf } from './names.ts';
import { readRetention } from './retention.ts';
import type { Retention } from './retention.ts';
import type { Routes } from './routing.ts';
import {
  expected,
  readBoolean,
  readChoice,
  readList,
  readWholeNumber,
  SETTINGS,
  textOf,
} from './settings.ts';
import type { Environment, Problems } from './settings.ts';

export interface SourceHub {
  /** In lower case: hub names are not case-sensitive. */
  readonly hub: string;
  readonly consumerGroup: string;
  /** The name of the setting that holds its connection. */
  readonly connection: string;
}

export interface RecordsHubConfig {
  readonly connection: Connection;
  readonly consumerGroup: string;
  readonly routes: Routes;
  readonly messageBytes: number;
}

/** Everything that can be set, read once and checked. */
export interface Config {
  readonly sourceHubs: readonly SourceHub[];
  /** Undefined where fan-out is switched off. */
  readonly recordsHub: RecordsHubConfig | undefined;
  readonly archiveStorage: Connection;
  readonly ledgerStorage: Connection;
  readonly retention: Retention;
  readonly compression: Compression;
  readonly blocksPerBlob: number;
  readonly maxUnpackedBytes: number;
  readonly settleSchedule: string;
}

const HUB_NAME = /^[a-z0-9]([\w.-]{0,254}[a-z0-9])?$/i;
const DEFAULT_SOURCE_CONNECTION = 'SourceHubConnection';

/** An Event Hubs message is at most 1 MiB in the tiers that Sluice is for. */
const LARGEST_MESSAGE = 1_048_576;
const SMALLEST_MESSAGE = 4_096;

/** Azure's own limit of blocks in a blob. */
const MOST_BLOCKS = 50_000;

/** Reads the settings. Throws one error that names everything that is wrong with them. */
export function readConfig(env: Environment): Config {
  const problems: Problems = [];
  const archiveStorage = readConnection(env, 'ArchiveStorage', 'blobs', problems);
  const ledgerStorage = readConnection(env, 'LedgerStorage', 'tables', problems);
  const config = {
    sourceHubs: readSourceHubs(env, problems),
    recordsHub: readBoolean(env, 'fanOut', problems) ? readRecordsHub(env, problems) : undefined,
    retention: readRetention(env, problems),
    compression: readChoice<Compression>(env, 'compression', COMPRESSIONS, problems) ?? 'gzip',
    blocksPerBlob: readWholeNumber(env, 'blocksPerBlob', { least: 1, most: MOST_BLOCKS }, problems),
    maxUnpackedBytes: readWholeNumber(env, 'maxUnpackedBytes', { least: 1_024, most: 2 ** 30 }, problems),
    settleSchedule: textOf(env, 'settleSchedule'),
  };
  requireHostStorage(env, problems);
  if (problems.length > 0 || !archiveStorage || !ledgerStorage) throw invalid(problems);
  return Object.freeze({ ...config, archiveStorage, ledgerStorage });
}

function invalid(problems: Problems): SluiceError {
  const count = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
  const lines = problems.map((problem) => `  - ${problem}`).join('\n');
  return new SluiceError(
    'settings-invalid',
    `${count} missing or wrong (docs/settings.md explains each):\n${lines}`,
  );
}

function readSourceHubs(env: Environment, problems: Problems): SourceHub[] {
  const hubs = readList(env, 'sourceHubs').map((part) => sourceHubFrom(part, env, problems));
  if (hubs.length === 0) {
    problems.push(
      `${SETTINGS.sourceHubs.name} is missing: set it to the names of the hubs to read, such as "activity, defender".`,
    );
  }
  const connections = new Map(
    [...new Set(hubs.map(({ connection }) => connection))].map((setting) => {
      return [setting, readConnection(env, setting, 'event-hubs', problems)] as const;
    }),
  );
  const names = hubs.map(({ hub, connection }) => {
    const known = connections.get(connection);
    return `${namespaceOf(known ? hostOf(known) : '')}-${hub}`;
  });
  const doubled = names.find((name, i) => names.indexOf(name) !== i);
  if (doubled !== undefined) {
    problems.push(
      `${SETTINGS.sourceHubs.name} names two hubs that would share the blobs of "${doubled}": read a hub once.`,
    );
  }
  return hubs;
}

function sourceHubFrom(part: string, env: Environment, problems: Problems): SourceHub {
  const [, hub = '', consumerGroup = '$Default', connection = DEFAULT_SOURCE_CONNECTION] =
    /^([^/@]+)(?:\/([^/@]+))?(?:@(\w+))?$/.exec(part) ?? [];
  if (!HUB_NAME.test(hub))
    problems.push(
      expected(env, 'sourceHubs', 'hub, hub/consumer-group or hub@Connection, separated by commas'),
    );
  return { hub: hub.toLowerCase(), consumerGroup, connection };
}

function readRecordsHub(env: Environment, problems: Problems): RecordsHubConfig | undefined {
  const connection = readConnection(env, 'RecordsHubConnection', 'event-hubs', problems);
  const hub = textOf(env, 'recordsHub');
  const hubs = hub.includes('{') ? readList(env, 'recordsHubs') : [hub];
  const fallbackHub = textOf(env, 'recordsFallbackHub') || (hubs[0] ?? '');
  if (hubs.length === 0)
    problems.push(`${SETTINGS.recordsHubs.name} is missing: "${hub}" needs the list of the hubs that exist.`);
  if (!hubs.every((name) => HUB_NAME.test(name)))
    problems.push(expected(env, 'recordsHubs', 'names of hubs, separated by commas'));
  if (!hubs.includes(fallbackHub)) {
    problems.push(expected(env, 'recordsFallbackHub', `one of the records hubs (${hubs.join(', ')})`));
  }
  const messageBytes = readWholeNumber(
    env,
    'messageBytes',
    { least: SMALLEST_MESSAGE, most: LARGEST_MESSAGE },
    problems,
  );
  const consumerGroup = textOf(env, 'recordsConsumerGroup');
  return connection && { connection, consumerGroup, routes: { hub, hubs, fallbackHub }, messageBytes };
}

/** Read by the Functions host alone; without it no trigger of ours starts, so its absence is said here with the rest. */
function requireHostStorage(env: Environment, problems: Problems): void {
  const ways = ['', '__blobServiceUri', '__accountName'].map((suffix) => `AzureWebJobsStorage${suffix}`);
  if (ways.some((name) => env[name]?.trim())) return;
  problems.push(
    `AzureWebJobsStorage is missing: set it to a connection string, or ${ways.slice(1).join(' or ')}.`,
  );
}
