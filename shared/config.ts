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
const PLACEHOLDER = /\{(source|category)\}/g;

/** Second, minute, hour, day, month, day of the week: https://github.com/atifaziz/NCrontab */
const SCHEDULE = /^[\w*,/-]+(\s+[\w*,/-]+){5}$/;
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
    settleSchedule: readSchedule(env, problems),
  };
  refuseLoop(config, env, problems);
  requireHostStorage(env, problems);
  if (problems.length > 0 || !archiveStorage || !ledgerStorage) throw invalid(problems);
  return frozen({ ...config, archiveStorage, ledgerStorage });
}

function frozen<T extends object>(value: T): Readonly<T> {
  for (const part of Object.values(value) as unknown[]) if (typeof part === 'object' && part) frozen(part);
  return Object.freeze(value);
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
  const connections =
    hubs.length > 0 ? hubs.map(({ connection }) => connection) : [DEFAULT_SOURCE_CONNECTION];
  for (const setting of new Set(connections)) readConnection(env, setting, 'event-hubs', problems);
  refuseDoubles(hubs, env, problems);
  return hubs;
}

function sourceHubFrom(part: string): SourceHub | undefined {
  const [, hub = '', consumerGroup = '$Default', connection = DEFAULT_SOURCE_CONNECTION] =
    /^([^/@]+)(?:\/([^/@]+))?(?:@(\w+))?$/.exec(part) ?? [];
  return HUB_NAME.test(hub) ? { hub: hub.toLowerCase(), consumerGroup, connection } : undefined;
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

/** What is passed on would be taken in again, and passed on again, for ever. */
function refuseLoop(
  { sourceHubs, recordsHub }: Pick<Config, 'sourceHubs' | 'recordsHub'>,
  env: Environment,
  problems: Problems,
): void {
  if (!recordsHub) return;
  const recordsHost = hostOf(recordsHub.connection).toLowerCase();
  const looped = sourceHubs.find(
    ({ hub, connection }) =>
      recordsHub.routes.hubs.includes(hub) && hostBehind(connection, env).toLowerCase() === recordsHost,
  );
  if (!looped) return;
  problems.push(
    `${SETTINGS.sourceHubs.name} names "${looped.hub}", which records are passed on to: they would go round for ever.`,
  );
}

/** Empty where the setting names no host; that has been said by then. */
function hostBehind(setting: string, env: Environment): string {
  const connection = readConnection(env, setting, 'event-hubs', []);
  return connection ? hostOf(connection) : '';
}

function readRecordsHub(env: Environment, problems: Problems): RecordsHubConfig | undefined {
  const connection = readConnection(env, 'RecordsHubConnection', 'event-hubs', problems);
  const routes = readRoutes(env, problems);
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

function readSchedule(env: Environment, problems: Problems): string {
  const schedule = textOf(env, 'settleSchedule');
  if (!SCHEDULE.test(schedule)) {
    problems.push(expected(env, 'settleSchedule', 'six fields, with seconds first, such as "0 */5 * * * *"'));
  }
  return schedule;
}

/** Read by the Functions host alone; without it no trigger of ours starts, so its absence is said here with the rest. */
function requireHostStorage(env: Environment, problems: Problems): void {
  const ways = ['', '__blobServiceUri', '__accountName'].map((suffix) => `AzureWebJobsStorage${suffix}`);
  if (ways.some((name) => env[name]?.trim())) return;
  problems.push(
    `AzureWebJobsStorage is missing: set it to a connection string, or ${ways.slice(1).join(' or ')}.`,
  );
}
