import { BlobServiceClient } from '@azure/storage-blob';
import type { DeadLetterLine } from '../../shared/take-apart/dead-letter.ts';
import { readRules } from '../../shared/settings/read-rules.ts';
import { nameOf } from '../../shared/rules.ts';
import type { SalvagedLine } from '../../shared/take-apart/salvaged-line.ts';
import { readBoolean } from '../../shared/settings/settings.ts';
import { readAlerts } from './alerts.ts';
import type { RaisedAlert } from './alerts.ts';
import { readKept } from './archive.ts';
import type { Kept } from './archive.ts';
import { blobsOf, linesOf } from './blobs.ts';
import { followPointer } from './follow-pointer.ts';
import { readLedger } from './ledger.ts';
import type { LedgerSums } from './ledger.ts';
import { readHub } from './read-hub.ts';
import { createRecordsHubReader } from './records-hub.ts';
import type { PassedOn } from './records-hub.ts';

/** A dead letter without the bytes that it keeps. */
export type DeadLetterFacts = Pick<
  DeadLetterLine,
  'recordId' | 'of' | 'source' | 'category' | 'reason' | 'detail'
>;

/** A broken message of which something was saved, without its bytes. */
export type SalvagedFacts = Pick<SalvagedLine, 'recordId' | 'rungs'>;

/** What is really there, when all is done. Categories are named as in `entra/SignInLogs`. */
export interface ReadBack {
  readonly ledger: LedgerSums;
  readonly kept: ReadonlyMap<string, Kept>;
  readonly deadLetters: readonly DeadLetterFacts[];
  readonly salvaged: readonly SalvagedFacts[];
  /** The rules that say what to keep, by name, and whether each passes on what it fits. */
  readonly rules: ReadonlyMap<string, boolean>;
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
  const kept = await readKept(service, settings, ledger.categories.keys(), keepBlob);
  const letters = await readDeadLetters(service, keepBlob);
  const salvaged = await readSalvaged(service, keepBlob);
  const reader = createRecordsHubReader((pointer) => followPointer(service, pointer));
  for (const hub of recordsHubs) {
    await readHub(settings['RecordsHubConnection'] ?? '', hub, async (message) => {
      await keep(`records-hub/${hub}-p${message.partition}-${message.sequenceNumber}.json`, message.body);
      await reader.add(message);
    });
  }
  const { categories: passedOn, faults } = reader;
  const alerts = await readAlerts(ledgerStorage);
  return { ledger, kept, ...letters, salvaged, rules: rulesIn(settings), passedOn, alerts, blobs, faults };
}

function keepNothing(): Promise<void> {
  return Promise.resolve();
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

/** The originals of salvaged messages. */
async function readSalvaged(service: BlobServiceClient, keep: Keep): Promise<SalvagedFacts[]> {
  const salvaged: SalvagedFacts[] = [];
  for await (const blob of blobsOf(service, 'salvaged')) {
    await keep(`salvaged/${blob.name}`, blob.body);
    for (const line of await linesOf(blob)) {
      const { recordId, rungs } = JSON.parse(line.toString()) as SalvagedLine;
      salvaged.push({ recordId, rungs });
    }
  }
  return salvaged;
}

function rulesIn(settings: Readonly<Record<string, string>>): Map<string, boolean> {
  const fansOut = readBoolean(settings, 'fanOut', []);
  const rules = readRules(settings, []);
  return new Map(rules.map((rule, i) => [nameOf(rule, i), fansOut && (rule.forward ?? true)]));
}

function toFacts(line: Buffer): DeadLetterFacts {
  const { recordId, of, source, category, reason, detail } = JSON.parse(line.toString()) as DeadLetterLine;
  return { recordId, of, source, category, reason, detail };
}
