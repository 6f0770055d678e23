import { readByHub } from './by-hub.ts';
import type { ByHub } from './by-hub.ts';
import { COMPRESSIONS, FASTEST_LEVEL, MOST_LEVELS } from '../blocks/block-codec.ts';
import type { Compression } from '../blocks/block-codec.ts';
import { hostOf, readConnection, readOptionalConnection } from './connection.ts';
import type { Prices } from '../capacity/prices.ts';
import { readPlans } from '../capacity/read-plans.ts';
import type { Plans } from '../capacity/read-plans.ts';
import { readPrices } from '../capacity/read-prices.ts';
import type { Connection } from './connection.ts';
import { SluiceError } from '../errors.ts';
import { hostBehind } from './hub-connection.ts';
import { readRecordsHub } from './records-hub-config.ts';
import type { RecordsHubConfig } from './records-hub-config.ts';
import { readDeadLetterDays, readRetention } from '../retention.ts';
import type { Retention } from '../retention.ts';
import { readRules } from './read-rules.ts';
import type { RuleSetting } from '../rules.ts';
import {
  expected,
  readBoolean,
  readChoice,
  readSecretUrl,
  readWholeNumber,
  SETTINGS,
  textOf,
} from './settings.ts';
import type { Environment, Problems, SettingKey } from './settings.ts';
import { readSourceHubs } from './source-hubs.ts';
import type { SourceHub } from './source-hubs.ts';
import { readSplunk } from '../splunk/config.ts';
import type { SplunkConfig } from '../splunk/config.ts';
import { readTelemetry } from '../telemetry/config.ts';
import type { TelemetryConfig } from '../telemetry/config.ts';
import { readTiers } from '../blocks/tiers.ts';
import type { TierRule } from '../blocks/tiers.ts';

/** Everything that can be set, read once and checked. */
export interface Config {
  readonly sourceHubs: readonly SourceHub[];
  /** Undefined where fan-out is switched off. */
  readonly recordsHub: RecordsHubConfig | undefined;
  readonly archiveStorage: Connection;
  readonly ledgerStorage: Connection;
  /** What deletes and moves to tiers; the archive's own, unless set. */
  readonly retentionStorage: Connection;
  /** Of the Functions host: checkpoints. */
  readonly hostStorage: Connection;
  readonly retention: Retention;
  readonly deadLetterRetentionDays: number;
  readonly tiers: readonly TierRule[];
  readonly compression: Compression;
  readonly compressionLevel: number;
  readonly blocksPerBlob: number;
  readonly maxUnpackedBytes: number;
  readonly maxUnpackedRatio: number;
  readonly rules: readonly RuleSetting[];
  readonly settleSchedule: string;
  readonly catchUpSchedule: string;
  readonly catchUpBytesPerSecond: number;
  readonly retentionSchedule: string;
  readonly capacity: CapacityConfig;
  readonly reportAccess: ReportAccess;
  /** A secret. Undefined: alerts are posted nowhere. */
  readonly alertWebhook: string | undefined;
  /** Undefined: nothing is forwarded. */
  readonly splunk: SplunkConfig | undefined;
  /** Undefined: none. */
  readonly telemetry: TelemetryConfig | undefined;
}

/** What the capacity report is told. */
export interface CapacityConfig {
  readonly schedule: string;
  readonly plans: Plans;
  readonly consumerGroups: ByHub;
  readonly hubRetentionHours: ByHub;
  readonly prices: Prices;
}

export type ReportAccess = 'key' | 'sign-in';

/** Second, minute, hour, day, month, day of the week: https://github.com/atifaziz/NCrontab */
const SCHEDULE = /^[\w*,/-]+(\s+[\w*,/-]+){5}$/;

/** Azure's own limit of blocks in a blob. */
const MOST_BLOCKS = 50_000;

/** A message of the largest size a second, to what a dedicated cluster takes. */
const CATCH_UP_RATE = { least: 1_000_000, most: 1_000_000_000 };

/** Of the Dedicated tier, and 90 days of Premium. */
const CONSUMER_GROUPS = { least: 1, most: 1_000 };
const RETENTION_HOURS = { least: 1, most: 90 * 24 };

/** Reads the settings. Throws one error that names everything that is wrong with them. */
export function readConfig(env: Environment): Config {
  const problems: Problems = [];
  const archiveStorage = readConnection(env, 'ArchiveStorage', 'blobs', problems);
  const ledgerStorage = readConnection(env, 'LedgerStorage', 'tables', problems);
  const retentionStorage =
    readOptionalConnection(env, 'RetentionStorage', 'blobs', problems) ?? archiveStorage;
  const config = {
    sourceHubs: readSourceHubs(env, problems),
    recordsHub: readBoolean(env, 'fanOut', problems) ? readRecordsHub(env, problems) : undefined,
    retention: readRetention(env, problems),
    deadLetterRetentionDays: readDeadLetterDays(env, problems),
    tiers: readTiers(env, problems),
    ...readCompression(env, problems),
    blocksPerBlob: readWholeNumber(env, 'blocksPerBlob', { least: 1, most: MOST_BLOCKS }, problems),
    maxUnpackedBytes: readWholeNumber(env, 'maxUnpackedBytes', { least: 1_024, most: 2 ** 30 }, problems),
    maxUnpackedRatio: readWholeNumber(env, 'maxUnpackedRatio', { least: 1, most: 2_000 }, problems),
    rules: readRules(env, problems),
    settleSchedule: readSchedule(env, 'settleSchedule', problems),
    catchUpSchedule: readSchedule(env, 'catchUpSchedule', problems),
    catchUpBytesPerSecond: readWholeNumber(env, 'catchUpBytesPerSecond', CATCH_UP_RATE, problems),
    retentionSchedule: readSchedule(env, 'retentionSchedule', problems),
    capacity: readCapacityConfig(env, problems),
    reportAccess: readReportAccess(env, problems),
    alertWebhook: readSecretUrl(env, 'alertWebhook', problems),
    splunk: readSplunk(env, problems),
    telemetry: readTelemetry(env, problems),
  };
  const hostStorage = readHostStorage(env, problems);
  refuseLoop(config, env, problems);
  if (problems.length > 0 || !archiveStorage || !ledgerStorage || !retentionStorage || !hostStorage)
    throw invalid(problems);
  return frozen({ ...config, archiveStorage, ledgerStorage, retentionStorage, hostStorage });
}

function readCompression(
  env: Environment,
  problems: Problems,
): Pick<Config, 'compression' | 'compressionLevel'> {
  const compression = readChoice<Compression>(env, 'compression', COMPRESSIONS, problems) ?? 'gzip';
  const levels = { least: FASTEST_LEVEL, most: MOST_LEVELS[compression] };
  return { compression, compressionLevel: readWholeNumber(env, 'compressionLevel', levels, problems) };
}

export function readCapacityConfig(env: Environment, problems: Problems): CapacityConfig {
  return {
    schedule: readSchedule(env, 'capacitySchedule', problems),
    plans: readPlans(env, problems),
    consumerGroups: readByHub(env, 'consumerGroups', CONSUMER_GROUPS, problems),
    hubRetentionHours: readByHub(env, 'hubRetentionHours', RETENTION_HOURS, problems),
    prices: readPrices(env, problems),
  };
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

function readSchedule(env: Environment, key: SettingKey, problems: Problems): string {
  const schedule = textOf(env, key);
  if (!SCHEDULE.test(schedule)) {
    const example = SETTINGS[key].default;
    problems.push(expected(env, key, `six fields, with seconds first, such as "${example}"`));
  }
  return schedule;
}

/** The Functions host's own, which takes an account's name too; without it no trigger of ours starts, so its absence is said here with the rest. */
export function readHostStorage(env: Environment, problems: Problems): Connection | undefined {
  const setting = 'AzureWebJobsStorage';
  const account = env[`${setting}__accountName`]?.trim();
  const endpoint =
    env[`${setting}__blobServiceUri`]?.trim() || (account && `https://${account}.blob.core.windows.net`);
  const connectionString = env[setting]?.trim();
  if (connectionString) return { kind: 'connection-string', setting, connectionString };
  if (endpoint)
    return {
      kind: 'identity',
      setting,
      endpoint,
      clientId: env[`${setting}__clientId`]?.trim() || undefined,
    };
  problems.push(
    `${setting} is missing: set it to a connection string, or ${setting}__blobServiceUri or ${setting}__accountName.`,
  );
  return undefined;
}

/**
 * The platform says who has signed in by a header, which it takes from no one else, and which anyone can send where its sign-in is off.
 * https://learn.microsoft.com/azure/app-service/reference-app-settings#authentication--authorization
 */
function readReportAccess(env: Environment, problems: Problems): ReportAccess {
  const access = readChoice<ReportAccess>(env, 'reportAccess', ['key', 'sign-in'], problems) ?? 'key';
  if (access === 'sign-in' && env['WEBSITE_AUTH_ENABLED']?.toLowerCase() !== 'true') {
    problems.push(
      `${SETTINGS.reportAccess.name} is "sign-in", and the sign-in of the platform is off: switch on authentication for the app first.`,
    );
  }
  return access;
}
