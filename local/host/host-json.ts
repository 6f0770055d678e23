import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withOverrides } from './host-json-overrides.ts';
import type { Settings } from './settings.ts';
import { parseTimeSpan } from './time-span.ts';

/** `extensions.eventHubs` of host.json, with Azure's defaults filled in. Times in milliseconds. */
export interface EventHubsOptions {
  readonly maxEventBatchSize: number;
  readonly minEventBatchSize: number;
  readonly maxWaitTime: number;
  readonly batchCheckpointFrequency: number;
  readonly enableCheckpointing: boolean;
  readonly prefetchCount: number;
  readonly trackLastEnqueuedEventProperties: boolean;
  readonly initialOffsetOptions: {
    readonly type: 'fromStart' | 'fromEnd' | 'fromEnqueuedTime';
    readonly enqueuedTimeUtc?: Date;
  };
  readonly loadBalancingUpdateInterval: number;
  readonly partitionOwnershipExpirationInterval: number;
}

/** Defaults of EventHubOptions.cs in Microsoft.Azure.WebJobs.Extensions.EventHubs 6. */
const DEFAULTS: EventHubsOptions = {
  maxEventBatchSize: 100,
  minEventBatchSize: 1,
  maxWaitTime: 60_000,
  batchCheckpointFrequency: 1,
  enableCheckpointing: true,
  prefetchCount: 300,
  trackLastEnqueuedEventProperties: false,
  initialOffsetOptions: { type: 'fromStart' },
  loadBalancingUpdateInterval: 30_000,
  partitionOwnershipExpirationInterval: 120_000,
};

/** HttpOptions.cs of Microsoft.Azure.WebJobs.Extensions.Http. */
const DEFAULT_ROUTE_PREFIX = 'api';

/** EventHubOptions.cs refuses a longer maxWaitTime. */
const MAX_WAIT_LIMIT_MS = 600_000;

/** Options that Azure knows and that mean nothing for a hub on one's own machine. */
const AZURE_ONLY = new Set([
  'prefetchSizeInBytes',
  'targetUnprocessedEventThreshold',
  'transportType',
  'webProxy',
  'customEndpointAddress',
  'clientRetryOptions',
]);

export interface HostJson extends EventHubsSection {
  /** `extensions.http.routePrefix`, which the routes of HTTP functions begin with. */
  readonly routePrefix: string;
}

export interface EventHubsSection {
  readonly eventHubs: EventHubsOptions;
  /** What the file says and the local host does not heed: keys that Azure does not know either, and Azure-only ones. */
  readonly remarks: readonly string[];
}

/** Reads host.json of an app, and the settings that override it. Throws an Error that names every wrong value at once. */
export async function readHostJson(appFolder: string, settings: Settings): Promise<HostJson> {
  const text = await readFile(path.join(appFolder, 'host.json'), 'utf8');
  const root = withOverrides(JSON.parse(text), settings);
  const extensions = member(root, 'extensions');
  const routePrefix = member(member(extensions, 'http'), 'routePrefix') ?? DEFAULT_ROUTE_PREFIX;
  return {
    ...parseEventHubs(member(extensions, 'eventHubs') ?? {}),
    routePrefix: typeof routePrefix === 'string' ? routePrefix : DEFAULT_ROUTE_PREFIX,
  };
}

export function parseEventHubs(section: unknown): EventHubsSection {
  const problems: string[] = [];
  const remarks: string[] = [];
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(section ?? {})) {
    const name = `host.json: extensions.eventHubs.${key}`;
    const option = OPTIONS.find((known) => known.toLowerCase() === key.toLowerCase());
    if (AZURE_ONLY.has(key)) remarks.push(`${name} is heeded by Azure only.`);
    else if (option === undefined) remarks.push(`${name} is no option of the Event Hubs extension.`);
    else options[option] = READERS[option](value) ?? problems.push(`${name} is ${JSON.stringify(value)}.`);
  }
  const eventHubs: EventHubsOptions = { ...DEFAULTS, ...options };
  if (eventHubs.minEventBatchSize > eventHubs.maxEventBatchSize) {
    problems.push('host.json: extensions.eventHubs.minEventBatchSize is greater than maxEventBatchSize.');
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { eventHubs, remarks };
}

type Reader = (value: unknown) => unknown;

/** Each returns undefined for a value that Azure would refuse. */
const READERS: Readonly<Record<keyof EventHubsOptions, Reader>> = {
  maxEventBatchSize: (value) => count(value, 1),
  minEventBatchSize: (value) => count(value, 1),
  maxWaitTime: (value) => timeSpan(value, MAX_WAIT_LIMIT_MS),
  batchCheckpointFrequency: (value) => count(value, 1),
  enableCheckpointing: flag,
  prefetchCount: (value) => count(value, 0),
  trackLastEnqueuedEventProperties: flag,
  initialOffsetOptions,
  loadBalancingUpdateInterval: (value) => timeSpan(value, Infinity),
  partitionOwnershipExpirationInterval: (value) => timeSpan(value, Infinity),
};

/** Azure's configuration does not tell upper case from lower case. */
const OPTIONS = Object.keys(READERS) as (keyof EventHubsOptions)[];

function count(value: unknown, least: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function timeSpan(value: unknown, limit: number): number | undefined {
  const milliseconds = typeof value === 'string' ? parseTimeSpan(value) : undefined;
  return milliseconds !== undefined && milliseconds > 0 && milliseconds <= limit ? milliseconds : undefined;
}

function initialOffsetOptions(value: unknown): EventHubsOptions['initialOffsetOptions'] | undefined {
  const type = member(value, 'type');
  if (type === 'fromStart' || type === 'fromEnd') return { type };
  const time = new Date(String(member(value, 'enqueuedTimeUtc')));
  if (type !== 'fromEnqueuedTime' || Number.isNaN(time.getTime())) return undefined;
  return { type, enqueuedTimeUtc: time };
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}
