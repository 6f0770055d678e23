import path from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import type { EventData, SendBatchOptions } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, onTestFinished } from 'vitest';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import type { EventHubsEmulator } from '../../local/event-hubs/emulator.ts';
import { startHostProcess } from '../../local/host/host-process.ts';
import type { HostProcess, ProcessOptions } from '../../local/host/host-process.ts';
import type { HostOptions, InvocationEnd, LogEntry } from '../../local/host/host.ts';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage } from '../../local/storage/azurite.ts';

export interface Stack {
  readonly hubs: EventHubsEmulator;
  readonly storage: Storage;
  readonly close: () => Promise<void>;
}

const HUBS = ['binary', 'text', 'single', 'retried', 'stuck', 'slow'];

export async function startStack(): Promise<Stack> {
  const hubs = await startEventHubs({
    hubs: Object.fromEntries(HUBS.map((name) => [name, { partitionCount: 2 }])),
  });
  const storage = await startStorage();
  const close = async (): Promise<void> => {
    await hubs.close();
    await storage.close();
  };
  return { hubs, storage, close };
}

export interface RecordingHost extends HostProcess {
  readonly logs: LogEntry[];
  readonly ends: InvocationEnd[];
  /** What a function has logged itself, parsed. */
  readonly said: (functionName: string) => unknown[];
}

export function appFolder(name: string): string {
  return path.join(import.meta.dirname, 'apps', name);
}

/** A host process that is closed when the test ends, with all that it tells. */
export async function recordingHost(
  app: string,
  settings: ProcessOptions['settings'],
  options: Partial<HostOptions> = {},
): Promise<RecordingHost> {
  const logs: LogEntry[] = [];
  const ends: InvocationEnd[] = [];
  const host = await startHostProcess({
    appFolder: appFolder(app),
    settings,
    log: (entry) => logs.push(entry),
    onInvocation: (end) => ends.push(end),
    loadBalancing: { updateIntervalMs: 300, ownershipExpirationMs: 5_000 },
    ...options,
  });
  onTestFinished(() => host.close());
  const said = (functionName: string): unknown[] =>
    logs
      .filter(({ category }) => category === `Function.${functionName}.User`)
      .map(({ message }): unknown => JSON.parse(message));
  return { ...host, logs, ends, said };
}

/** Settings of the app `events` under which only the functions that are named run. */
export function settingsFor(stack: Stack, functions: readonly string[]): Record<string, string> {
  const all = ['binary', 'text', 'single', 'retried', 'stuck', 'slow', 'off'];
  const off = all.filter((name) => !functions.includes(name));
  return {
    AzureWebJobsStorage: stack.storage.connectionString,
    HubConnection: stack.hubs.connectionString,
    BINARY_HUB: 'binary',
    GROUP: '$Default',
    ...Object.fromEntries(off.map((name) => [`AzureWebJobs.${name}.Disabled`, 'true'])),
  };
}

export async function send(
  stack: Stack,
  hub: string,
  events: readonly EventData[],
  options: SendBatchOptions,
): Promise<void> {
  const producer = new EventHubProducerClient(stack.hubs.connectionString, hub);
  await producer.sendBatch([...events], options);
  await producer.close();
}

/** The sequence number of the checkpoint, undefined while there is none. */
export async function checkpointOf(
  stack: Stack,
  hub: string,
  partition: string,
): Promise<number | undefined> {
  const service = BlobServiceClient.fromConnectionString(stack.storage.connectionString);
  const container = service.getContainerClient('azure-webjobs-eventhub');
  for await (const { name, metadata } of container.listBlobsFlat({ includeMetadata: true })) {
    if (name.endsWith(`/${hub}/$default/checkpoint/${partition}`))
      return Number(metadata?.['sequencenumber']);
  }
  return undefined;
}

/** Polls, because another process is waited for. */
export function eventually<T>(value: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(value, { timeout: 90_000, interval: 50 });
}
