import { BlobServiceClient } from '@azure/storage-blob';
import type { DeadLetterLine } from '../../shared/dead-letter.ts';
import { safeName } from '../../shared/names.ts';
import { readAlerts } from './alerts.ts';
import type { RaisedAlert } from './alerts.ts';
import { blobsOf, linesOf } from './blobs.ts';
import { followPointer } from './follow-pointer.ts';
import { readLedger } from './ledger.ts';
import type { LedgerSums } from './ledger.ts';
import { addLine, digestOf } from './line-set.ts';
import type { LineSet } from './line-set.ts';
import { readHub } from './read-hub.ts';
import { createRecordsHubReader } from './records-hub.ts';
import type { PassedOn } from './records-hub.ts';

/** A dead letter without the bytes that it keeps. */
export type DeadLetterFacts = Pick<
  DeadLetterLine,
  'recordId' | 'of' | 'source' | 'category' | 'reason' | 'detail'
>;

/** What is really there, when all is done. Categories are named as in `entra/SignInLogs`. */
export interface ReadBack {
  readonly ledger: LedgerSums;
  readonly archived: ReadonlyMap<string, LineSet>;
  readonly deadLetters: readonly DeadLetterFacts[];
  /** Records that a category function failed on. They are in the archive too, and counted there. */
  readonly handlerFailures: readonly DeadLetterFacts[];
  readonly passedOn: ReadonlyMap<string, PassedOn>;
  readonly alerts: readonly RaisedAlert[];
  /** With the container in front: `archive/entra/...` */
  readonly blobs: readonly string[];
  /** What is wrong with a message of the records hub by itself. */
  readonly faults: readonly string[];
}

export interface ReadBackOptions {
  /** The app's settings: they say where everything is. */
  readonly settings: Readonly<Record<string, string>>;
  readonly recordsHubs: readonly string[];
  /** Handed all that is read, under a path such as `archive/<name of the blob>`. */
  readonly keep?: Keep | undefined;
}

type Keep = (path: string, body: Buffer) => Promise<void>;

const HANDLER_FAILURES = 'handlers/';

/** Reads everything back from where Sluice has put it, with the services' own clients. */
export async function readBack({
  settings,
  recordsHubs,
  keep = keepNothing,
}: ReadBackOptions): Promise<ReadBack> {
  const service = BlobServiceClient.fromConnectionString(settings['ArchiveStorage'] ?? '');
  const ledgerStorage = settings['LedgerStorage'] ?? '';
  const blobs: string[] = [];
  const keepBlob: Keep = async (path, body) => {
    blobs.push(path);
    await keep(path, body);
  };

  const ledger = await readLedger(ledgerStorage);
  const archived = await readArchive(service, categoryNames(ledger.categories.keys()), keepBlob);
  const letters = await readDeadLetters(service, keepBlob);
  const reader = createRecordsHubReader((pointer) => followPointer(service, pointer));
  for (const hub of recordsHubs) {
    await readHub(settings['RecordsHubConnection'] ?? '', hub, async (message) => {
      await keep(`records-hub/${hub}-p${message.partition}-${message.sequenceNumber}.json`, message.body);
      await reader.add(message);
    });
  }
  const { categories: passedOn, faults } = reader;
  return { ledger, archived, ...letters, passedOn, alerts: await readAlerts(ledgerStorage), blobs, faults };
}

function keepNothing(): Promise<void> {
  return Promise.resolve();
}

async function readArchive(
  service: BlobServiceClient,
  nameOf: (blobName: string) => string,
  keep: Keep,
): Promise<Map<string, LineSet>> {
  const archived = new Map<string, LineSet>();
  for await (const blob of blobsOf(service, 'archive')) {
    await keep(`archive/${blob.name}`, blob.body);
    const category = nameOf(blob.name);
    const set: LineSet = archived.get(category) ?? new Map();
    archived.set(category, set);
    for (const line of await linesOf(blob)) addLine(set, digestOf(line));
  }
  return archived;
}

async function readDeadLetters(service: BlobServiceClient, keep: Keep) {
  const deadLetters: DeadLetterFacts[] = [];
  const handlerFailures: DeadLetterFacts[] = [];
  for await (const blob of blobsOf(service, 'dead-letter')) {
    await keep(`dead-letter/${blob.name}`, blob.body);
    const letters = blob.name.startsWith(HANDLER_FAILURES) ? handlerFailures : deadLetters;
    for (const line of await linesOf(blob)) letters.push(toFacts(line));
  }
  return { deadLetters, handlerFailures };
}

/** A blob's path holds its category escaped, and a long one cut. The ledger knows them all by their real names. */
function categoryNames(known: Iterable<string>): (blobName: string) => string {
  const names = new Map<string, string>();
  for (const key of known) {
    const [source = '', ...name] = key.split('/');
    names.set(`${source}/${safeName(name.join('/'))}`, key);
  }
  return function nameOf(blobName) {
    const escaped = blobName.split('/').slice(0, 2).join('/');
    return names.get(escaped) ?? escaped;
  };
}

function toFacts(line: Buffer): DeadLetterFacts {
  const { recordId, of, source, category, reason, detail } = JSON.parse(line.toString()) as DeadLetterLine;
  return { recordId, of, source, category, reason, detail };
}
