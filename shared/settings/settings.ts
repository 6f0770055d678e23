/** Settings as the platform hands them over: environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with the settings: a sentence each, which names the setting and says what is expected. */
export type Problems = string[];

export interface Setting {
  readonly name: string;
  readonly default: string;
  /** For docs/settings.md and the sample file; a test holds them against each other. */
  readonly meaning: string;
}

/** Every setting of Sluice's own. The connections are in `connection.ts`. */
export const SETTINGS = {
  sourceHubs: {
    name: 'SLUICE_SOURCE_HUBS',
    default: '',
    meaning:
      'The hubs to read, separated by commas: `hub`, `hub/consumer-group`, `hub@Connection` or `hub/consumer-group@Connection`.',
  },
  recordsHub: {
    name: 'SLUICE_RECORDS_HUB',
    default: 'records',
    meaning: 'The hub that records are passed on to. May hold `{source}` and `{category}`.',
  },
  recordsHubs: {
    name: 'SLUICE_RECORDS_HUBS',
    default: '',
    meaning:
      'The hubs that exist, when `SLUICE_RECORDS_HUB` holds a placeholder; nothing is sent to any other.',
  },
  recordsFallbackHub: {
    name: 'SLUICE_RECORDS_FALLBACK_HUB',
    default: '',
    meaning: 'The hub for what has none of its own. Default: the first of `SLUICE_RECORDS_HUBS`.',
  },
  recordsConsumerGroup: {
    name: 'SLUICE_RECORDS_CONSUMER_GROUP',
    default: '$Default',
    meaning: 'The consumer group in which the category functions read the records hub.',
  },
  fanOut: {
    name: 'SLUICE_FAN_OUT',
    default: 'true',
    meaning: '`false` archives only; no records hub is needed then.',
  },
  messageBytes: {
    name: 'SLUICE_MESSAGE_BYTES',
    default: '65536',
    meaning: 'Up to so many bytes, records share a message on the records hub. Event Hubs bills by 64 KiB.',
  },
  retentionDays: {
    name: 'SLUICE_RETENTION_DAYS',
    default: '365',
    meaning:
      'Days that the archive is kept, 0 = for ever; then exceptions by category, as in `365, entra/SignInLogs=90, defender/*=30`.',
  },
  deadLetterRetentionDays: {
    name: 'SLUICE_DEAD_LETTER_RETENTION_DAYS',
    default: '365',
    meaning: 'Days that dead letters, and the originals of salvaged messages, are kept, 0 = for ever.',
  },
  tiers: {
    name: 'SLUICE_TIERS',
    default: '',
    meaning:
      'Days after which the archive moves to the cool, cold or archive tier, as in `cool=30, archive=180, entra/SignInLogs:cool=7`: see [retention.md](retention.md).',
  },
  rules: {
    name: 'SLUICE_RULES',
    default: '',
    meaning: 'What to keep and what to pass on, as a JSON list of rules: see [rules.md](rules.md).',
  },
  compression: {
    name: 'SLUICE_COMPRESSION',
    default: 'gzip',
    meaning:
      'How the archive is packed: `gzip`; `zstd`, which takes 13% less room, where all that reads it can; or `none`.',
  },
  compressionLevel: {
    name: 'SLUICE_COMPRESSION_LEVEL',
    default: '1',
    meaning:
      'How hard: `1` is by far the fastest; gzip goes up to 9, zstd to 19. What it costs and gains is in [performance.md](performance.md).',
  },
  blocksPerBlob: {
    name: 'SLUICE_BLOCKS_PER_BLOB',
    default: '256',
    meaning:
      'After so many blocks (batches) the next blob of the hour begins. Every batch sends the list of them.',
  },
  maxUnpackedBytes: {
    name: 'SLUICE_MAX_UNPACKED_BYTES',
    default: '67108864',
    meaning: 'A compressed message that unpacks to more bytes is a dead letter.',
  },
  maxUnpackedRatio: {
    name: 'SLUICE_MAX_UNPACKED_RATIO',
    default: '250',
    meaning: 'A compressed message that unpacks to more than so many times its size is a dead letter.',
  },
  settleSchedule: {
    name: 'SLUICE_SETTLE_SCHEDULE',
    default: '0 */5 * * * *',
    meaning: 'When what a stopped instance left open is finished: six fields, with seconds first.',
  },
  catchUpSchedule: {
    name: 'SLUICE_CATCH_UP_SCHEDULE',
    default: '0 * * * * *',
    meaning:
      'When what waits in the archive, because the records hub was down, is tried again: six fields, with seconds first.',
  },
  catchUpBytesPerSecond: {
    name: 'SLUICE_CATCH_UP_BYTES_PER_SECOND',
    default: '10000000',
    meaning:
      'It is passed on no faster than this, and has to be faster than what comes in meanwhile, which waits behind it.',
  },
  retentionSchedule: {
    name: 'SLUICE_RETENTION_SCHEDULE',
    default: '0 17 2 * * *',
    meaning: 'When what is due is deleted, and moved to its tier: six fields, with seconds first, in UTC.',
  },
  capacitySchedule: {
    name: 'SLUICE_CAPACITY_SCHEDULE',
    default: '0 */15 * * * *',
    meaning: 'When the capacity report is made: six fields, with seconds first.',
  },
  provisioned: {
    name: 'SLUICE_PROVISIONED',
    default: '',
    meaning:
      'The tier and units that are paid for, by namespace: `standard:4`, or `contoso=standard:4, fabrikam=premium:1`. The report says when they run out.',
  },
  consumerGroups: {
    name: 'SLUICE_CONSUMER_GROUPS',
    default: '1',
    meaning:
      'How many consumer groups read a hub, those of others among them, since each takes all of it; then exceptions by hub, as in `1, records=2`.',
  },
  hubRetentionHours: {
    name: 'SLUICE_HUB_RETENTION_HOURS',
    default: '24',
    meaning:
      'How long the hubs keep events; then exceptions by hub, as in `24, logs=168`. The report warns before unread events are let go.',
  },
  prices: {
    name: 'SLUICE_PRICES',
    default: '',
    meaning: "Prices in place of Azure's list prices in East US, as JSON: see [capacity.md](capacity.md).",
  },
  reportAccess: {
    name: 'SLUICE_REPORT_ACCESS',
    default: 'key',
    meaning:
      "Who sees the report page: `key`, whoever has the function's key; `sign-in`, whoever the platform's own sign-in lets in. See [report.md](report.md).",
  },
  alertWebhook: {
    name: 'SLUICE_ALERT_WEBHOOK',
    default: '',
    meaning:
      'Where alerts are posted to as JSON, besides their table. The address may hold a secret: see [detections.md](detections.md).',
  },
  splunkUrl: {
    name: 'SLUICE_SPLUNK_URL',
    default: '',
    meaning:
      'The HTTP Event Collector that records are forwarded to, such as `https://splunk.contoso.com:8088`: see [detections.md](detections.md#forwarding-to-splunk). Without it nothing is.',
  },
  splunkToken: {
    name: 'SLUICE_SPLUNK_TOKEN',
    default: '',
    meaning: 'The token of the collector: in Azure, a reference to a secret in Key Vault.',
  },
  splunkIndex: {
    name: 'SLUICE_SPLUNK_INDEX',
    default: '',
    meaning: 'The index that records go to. Default: that of the token.',
  },
  splunkCategories: {
    name: 'SLUICE_SPLUNK_CATEGORIES',
    default: '*',
    meaning: 'What is forwarded, separated by commas: `entra/SignInLogs`, `defender/*`, or `*` for all.',
  },
  splunkAcknowledge: {
    name: 'SLUICE_SPLUNK_ACKNOWLEDGE',
    default: 'false',
    meaning:
      '`true` waits until Splunk has indexed what it got; the token must have acknowledgement enabled.',
  },
  splunkCheckCertificate: {
    name: 'SLUICE_SPLUNK_CHECK_CERTIFICATE',
    default: 'true',
    meaning:
      "`false` takes any certificate, and so anybody's. For a private authority set `NODE_EXTRA_CA_CERTS` instead.",
  },
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;

/** The setting's text, or its default. */
export function textOf(env: Environment, key: SettingKey): string {
  const text = env[SETTINGS[key].name]?.trim();
  return text === undefined || text === '' ? SETTINGS[key].default : text;
}

export function readBoolean(env: Environment, key: SettingKey, problems: Problems): boolean {
  const text = textOf(env, key).toLowerCase();
  if (text !== 'true' && text !== 'false') problems.push(expected(env, key, 'true or false'));
  return text === 'true';
}

export function readWholeNumber(
  env: Environment,
  key: SettingKey,
  { least, most }: { least: number; most: number },
  problems: Problems,
): number {
  const number = Number(textOf(env, key));
  if (!Number.isSafeInteger(number) || number < least || number > most) {
    problems.push(expected(env, key, `a whole number from ${least} to ${most}`));
  }
  return number;
}

export function readChoice<T extends string>(
  env: Environment,
  key: SettingKey,
  choices: readonly T[],
  problems: Problems,
): T | undefined {
  const text = textOf(env, key);
  const choice = choices.find((known) => known === text);
  if (!choice) problems.push(expected(env, key, choices.join(' or ')));
  return choice;
}

/** Parts between commas, without the empty ones. */
export function readList(env: Environment, key: SettingKey): string[] {
  return textOf(env, key)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/**
 * A setting that may be a secret: no problem quotes it. What the platform could not fetch from a key vault it leaves as the reference.
 * https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
 */
export function readSecret(env: Environment, key: SettingKey, problems: Problems): string | undefined {
  const text = textOf(env, key);
  if (text.startsWith('@Microsoft.KeyVault('))
    problems.push(
      `${SETTINGS[key].name} is a reference that the platform could not resolve: check the vault's name, and the rights of the app's identity on it.`,
    );
  return text === '' ? undefined : text;
}

/** The address of a server that is sent secrets, or is one: so it is `https`, but on this machine. */
export function readSecretUrl(env: Environment, key: SettingKey, problems: Problems): string | undefined {
  const before = problems.length;
  const text = readSecret(env, key, problems);
  if (text === undefined || problems.length > before) return text;
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOCAL.has(url.hostname));
  if (!isSafe) problems.push(`${SETTINGS[key].name} is no address that begins with https://.`);
  return text;
}

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]']);

export function expected(env: Environment, key: SettingKey, what: string): string {
  return `${SETTINGS[key].name} is ${JSON.stringify(textOf(env, key))}: expected ${what}.`;
}
