import { BlobServiceClient } from '@azure/storage-blob';
import type { ContainerClient } from '@azure/storage-blob';
import { sampleStream } from '../../cli/sample/stream.ts';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Message } from '../../shared/message.ts';
import { ingest } from '../../shared/pipeline.ts';
import { DAY, HOUR, SECOND, startOf } from '../../shared/time.ts';
import { depsOver, memorySinks } from '../../test/support/deps.ts';
import { PARTITION } from '../../test/support/messages.ts';
import { rewriteBlobs } from '../azurite-database.ts';
import type { StoredBlob } from '../azurite-database.ts';

export interface Scale {
  readonly records: number;
  readonly days: number;
  /** Of the last event, in milliseconds since 1970. */
  readonly end: number;
}

/** Those of `sluice sample` that fill most of a real stream, in messages of more than one record. */
export const CATEGORIES = [
  'activity/Administrative',
  'activity/Policy',
  'defender/AlertEvidence',
  'defender/DeviceInfo',
  'defender/DeviceProcessEvents',
  'defender/EmailEvents',
  'entra/AuditLogs',
  'entra/NonInteractiveUserSignInLogs',
  'entra/RiskyUsers',
  'entra/SignInLogs',
  'intune/AuditLogs',
  'intune/Devices',
];
const PARTITIONS = 4;
const MEAN_RECORDS = 25;
const LATE = 2 * SECOND;
const ARCHIVE = 'archive/';
const ETAG_DIGITS = 15;

/** Where the bytes of a blob lie among those that were uploaded as one. */
interface Part {
  readonly name: string;
  readonly pack: string;
  readonly offset: number;
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly contentType: string;
}

/** Fills a folder with what Azurite would have there if the pipeline had archived sample messages to it. Answers how many blobs it has. */
export async function seedArchive(folder: string, scale: Scale): Promise<number> {
  const parts: Part[] = [];
  const storage = await startStorage({ inMemory: false, folder });
  try {
    const service = BlobServiceClient.fromConnectionString(storage.connectionString);
    const container = service.getContainerClient('archive');
    await container.create();
    for (const hour of hoursOf(scale)) parts.push(...(await uploadHour(container, hour)));
  } finally {
    await storage.close();
  }
  await rewriteBlobs(folder, (packs) => {
    const byName = new Map(packs.map((pack) => [pack.name, pack]));
    return parts.map((part, i) => blobOf(byName.get(part.pack), part, i));
  });
  return parts.length;
}

/** The messages of an hour. */
function* hoursOf({ records, days, end }: Scale): Generator<readonly Message[]> {
  const start = startOf(HOUR, end - days * DAY);
  const messages = Math.ceil(records / MEAN_RECORDS);
  const messagesPerSecond = messages / ((end - start) / SECOND);
  const options = { seed: 7, start, messages, faults: 0, categories: CATEGORIES };
  let hour: Message[] = [];
  let number = 0;
  for (const { body } of sampleStream({ ...options, meanRecords: MEAN_RECORDS, messagesPerSecond })) {
    const enqueuedTime = Math.floor(start + (number / messagesPerSecond) * SECOND + LATE);
    const first = hour[0]?.enqueuedTime ?? enqueuedTime;
    if (startOf(HOUR, first) !== startOf(HOUR, enqueuedTime)) {
      yield hour;
      hour = [];
    }
    hour.push({ sequenceNumber: number++, enqueuedTime, body });
  }
  yield hour;
}

/** What the pipeline makes of an hour, one blob after the other as one: they come apart in the database. */
async function uploadHour(container: ContainerClient, hour: readonly Message[]): Promise<Part[]> {
  const sinks = memorySinks();
  for (let id = 0; id < PARTITIONS; id++) {
    const messages = hour
      .filter(({ sequenceNumber }) => sequenceNumber % PARTITIONS === id)
      .map((message, i) => ({ ...message, sequenceNumber: i }));
    const partition = { ...PARTITION, id: String(id) };
    if (messages.length > 0) await ingest({ partition, messages }, depsOver(sinks, { fanOut: false }));
  }
  const made = [...sinks.store.blobs].filter(([key]) => key.startsWith(ARCHIVE));
  const pack = `pack-${hour[0]?.enqueuedTime}`;
  const body = Buffer.concat(made.map(([, blob]) => blob.body));
  await container.getBlockBlobClient(pack).upload(body, body.length);
  let offset = 0;
  return made.map(
    ([
      key,
      {
        body: { length: bytes },
        options: { metadata, tags, contentType },
      },
    ]) => {
      offset += bytes;
      return {
        name: key.slice(ARCHIVE.length),
        pack,
        offset: offset - bytes,
        bytes,
        metadata,
        tags,
        contentType,
      };
    },
  );
}

function blobOf(
  pack: StoredBlob | undefined,
  { name, offset, bytes, metadata, tags, contentType }: Part,
  i: number,
): StoredBlob {
  if (!pack?.persistency) throw new Error('Azurite has not kept what was uploaded.');
  const { contentMD5: _, ...properties } = pack.properties;
  const etag = `"0x${String(i).padStart(ETAG_DIGITS, '0')}"`;
  const added = {
    metadata,
    blobTags: { blobTagSet: Object.entries(tags).map(([key, value]) => ({ key, value })) },
  };
  return {
    ...pack,
    ...added,
    name,
    properties: { ...properties, etag, contentLength: bytes, contentType },
    persistency: { ...pack.persistency, offset: pack.persistency.offset + offset, count: bytes },
  };
}
