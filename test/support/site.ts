import { fileURLToPath } from 'node:url';
import { TableClient } from '@azure/data-tables';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { expect, inject, onTestFinished } from 'vitest';
import { readBack } from '../../cli/read-back/read-back.ts';
import type { ReadBack } from '../../cli/read-back/read-back.ts';
import { summarise } from '../../cli/summary.ts';
import type { Summary } from '../../cli/summary.ts';
import { appSettings } from '../../local/app-settings.ts';
import { drain } from '../../local/drain.ts';
import { startEventHubs } from '../../local/event-hubs/emulator.ts';
import type { EventHubsEmulator, IdentityDoor } from '../../local/event-hubs/emulator.ts';
import type { InvocationEnd } from '../../local/host/host.ts';
import { startHostProcess } from '../../local/host/host-process.ts';
import type { HostProcess } from '../../local/host/host-process.ts';
import { ONLOOKERS } from '../../local/stack.ts';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage, StorageOptions } from '../../local/storage/azurite.ts';
import { audit } from '../../shared/audit/audit.ts';
import type { Fault } from '../../shared/audit/findings.ts';
import { azureArchiveReader } from '../../shared/azure/archive-reader.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { bytesOf } from '../../shared/take-apart/raw-body.ts';
import type { DeadLetterLine } from '../../shared/take-apart/dead-letter.ts';
import { DAY } from '../../shared/time.ts';
import { linesOf } from './read-back.ts';

/** Holds host.json, package.json and the app as it was built. */
export const APP = fileURLToPath(new URL('../..', import.meta.url));

/** Where apps can be run: storage and Event Hubs, with a hub `logs` and a hub `records`. */
export interface Site {
  readonly hubs: EventHubsEmulator;
  readonly storage: Storage;
  /** For an app on it. */
  readonly settings: Readonly<Record<string, string>>;
}

const HUBS = { sourceHubs: ['logs'], recordsHubs: ['records'] };

export interface SiteOptions {
  /** Of each hub; 2, unless given. */
  readonly partitions?: number;
  readonly identity?: IdentityDoor;
  readonly storage?: StorageOptions;
}

/** A site that is closed when the test ends. */
export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const { partitions = 2, identity } = options;
  const hub = { partitionCount: partitions, consumerGroups: [ONLOOKERS] };
  const hubs = await startEventHubs({ hubs: { logs: hub, records: hub }, ...(identity && { identity }) });
  onTestFinished(() => hubs.close());
  const storage = await startStorage(options.storage);
  onTestFinished(storage.close);
  const connections = { hubs: hubs.connectionString, storage: storage.connectionString };
  return { hubs, storage, settings: appSettings(HUBS.sourceHubs, HUBS.recordsHubs, connections) };
}

export interface RunningApp extends HostProcess {
  /** Every run of a function that has ended, in order. */
  readonly ends: readonly InvocationEnd[];
}

/** The app in a process of its own, which is ended when the test ends. */
export async function startApp(
  { settings }: Pick<Site, 'settings'>,
  { appFolder = APP, onEnd = () => {} }: { appFolder?: string; onEnd?: (end: InvocationEnd) => void } = {},
): Promise<RunningApp> {
  const ends: InvocationEnd[] = [];
  const onInvocation = (end: InvocationEnd): void => {
    ends.push(end);
    onEnd(end);
  };
  const host = await startHostProcess({ appFolder, settings, onInvocation, main: inject('packedHost') });
  // Its batches are of no more interest, and one that storage or hub refuse would be waited for.
  onTestFinished(host.kill);
  return { ...host, ends };
}

/** Sends each body as a message, in one batch to one partition; the app gets it as it likes. */
export async function sendTo(
  { hubs }: Pick<Site, 'hubs'>,
  partitionId: string,
  bodies: readonly (string | Buffer)[],
): Promise<void> {
  const producer = new EventHubProducerClient(hubs.connectionString, 'logs');
  try {
    const events = bodies.map((body) => ({ body: Buffer.from(body) }));
    await producer.sendBatch(events, { partitionId });
  } finally {
    await producer.close();
  }
}

/** Resolves when everything that was sent is finished with, and handed to the category functions. */
export async function drained({ hubs, settings }: Site): Promise<void> {
  await drain({ hubs, settings, ...HUBS, checkAlive: () => {}, lastWords: () => '' });
}

export interface Found {
  readonly read: ReadBack;
  readonly summary: Summary;
  /** Lines of the archive, by category as its path names it. */
  readonly archived: ReadonlyMap<string, readonly string[]>;
  readonly deadLetters: readonly (DeadLetterLine & { readonly bytes: Buffer; readonly handler?: string })[];
  /** The bodies of the messages on the records hub. */
  readonly passedOn: readonly string[];
}

/** Reads everything back; each message that was sent must be accounted for, with nothing missing, doubled or changed. */
export async function readComplete({ hubs, settings }: Site): Promise<Found> {
  const bodies = new Map<string, Buffer>();
  const keep = async (path: string, body: Buffer): Promise<void> => {
    bodies.set(path, body);
  };
  const read = await readBack({ settings, recordsHubs: HUBS.recordsHubs, keep });
  const sent = hubs
    .hub('logs')
    .partitions.reduce((sum, { lastSequenceNumber }) => sum + lastSequenceNumber + 1, 0);
  const { summary, problems } = summarise(read, sent);
  expect(problems).toEqual([]);
  expect(await auditFaults(settings)).toEqual([]);
  const under = (folder: string) => [...bodies].filter(([path]) => path.startsWith(`${folder}/`));
  const lines = under('archive').map(([path, body]) => {
    return [path.split('/').slice(1, 3).join('/'), linesOf(path, body)] as const;
  });
  const byCategory = Map.groupBy(lines, ([category]) => category);
  return {
    read,
    summary,
    archived: new Map(
      [...byCategory].map(([category, parts]) => [category, parts.flatMap(([, own]) => own)]),
    ),
    deadLetters: under('dead-letter').flatMap(([path, body]) => linesOf(path, body).map(toLetter)),
    passedOn: under('records-hub').map(([, body]) => body.toString()),
  };
}

/** Of the day until now, every byte. */
async function auditFaults(settings: Site['settings']): Promise<readonly Fault[]> {
  const blobs = BlobServiceClient.fromConnectionString(settings['ArchiveStorage'] ?? '');
  const ledger = TableClient.fromConnectionString(settings['LedgerStorage'] ?? '', LEDGER_TABLE, {
    allowInsecureConnection: true,
  });
  const deps = { table: azureLedgerTable(ledger), archive: azureArchiveReader(blobs) };
  return (await audit({ from: Date.now() - DAY, to: Date.now(), deep: true }, deps)).faults;
}

function toLetter(line: string): Found['deadLetters'][number] {
  const letter = JSON.parse(line) as DeadLetterLine;
  return { ...letter, bytes: bytesOf(letter) };
}

/** Polls, because other processes are waited for. */
export function eventually<T>(value: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(value, { timeout: 90_000, interval: 50 });
}
