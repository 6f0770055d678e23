import diagnostics from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ClientRequest } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { startStorage } from '../../local/storage/azurite.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { retentionParts } from '../../shared/azure/retention-parts.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import { expiryDate } from '../../shared/blocks/expiry.ts';
import type { Partition } from '../../shared/message.ts';
import { blobPrefix, partitionKeyOf } from '../../shared/names.ts';
import { runRetention } from '../../shared/retention/run.ts';
import { totalOf } from '../../shared/retention/report.ts';
import { DAY, HOUR } from '../../shared/time.ts';
import { seedAzurite } from './seed.ts';
import type { PlannedBlob } from './seed.ts';

export interface Scale {
  /** In all. */
  readonly blobs: number;
  /** Of those, how many are due. */
  readonly due: number;
}

export interface Measured {
  readonly deleted: number;
  readonly tombstones: number;
  readonly milliseconds: number;
  /** Made by the run, by what they ask. */
  readonly requests: Readonly<Record<string, number>>;
  /** Blobs that should have gone and are there, or the other way round. */
  readonly forgotten: number;
  readonly early: number;
}

const TODAY = '2026-12-21';
const CATEGORIES = ['SignInLogs', 'AuditLogs', 'RiskyUsers', 'ProvisioningLogs'];
const PARTITIONS: readonly Partition[] = ['0', '1', '2', '3'].map((id) => ({
  namespace: 'contoso',
  hub: 'logs',
  id,
}));

/** Lets retention run over an account of so many blobs, and counts what that takes. */
export async function measureRetention(scale: Scale): Promise<Measured> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-retention-'));
  try {
    const planned = planBlobs(scale);
    await seedAzurite(folder, planned);
    const storage = await startStorage({ inMemory: false, folder });
    try {
      return await measureIn(storage.connectionString, planned);
    } finally {
      await storage.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureIn(connectionString: string, planned: readonly PlannedBlob[]): Promise<Measured> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const table = azureLedgerTable(
    TableClient.fromConnectionString(connectionString, LEDGER_TABLE, { allowInsecureConnection: true }),
  );
  for (const { namespace, hub, id } of PARTITIONS) {
    const rowKey = partitionKeyOf({ namespace, hub, id });
    await table.transact('partitions', [{ rowKey, ifMatch: undefined, values: { namespace, hub, id } }]);
  }
  const connection: Connection = { kind: 'connection-string', setting: 'ArchiveStorage', connectionString };
  const { retention } = retentionParts(
    {
      retentionStorage: connection,
      ledgerStorage: connection,
      retention: { days: 365, exceptions: [] },
      deadLetterRetentionDays: 365,
      rules: [],
      tiers: [],
    },
    () => {},
  );
  const counter = countRequests();
  const began = performance.now();
  const report = await runRetention(retention, { today: TODAY });
  const milliseconds = performance.now() - began;
  const requests = counter.stop();
  if (report.failures.length > 0) throw report.failures[0];

  const kept = new Set<string>();
  for await (const { name } of service.getContainerClient('archive').listBlobsFlat()) kept.add(name);
  const isDue = ({ time, days }: PlannedBlob): boolean => expiryDate(time, days) <= TODAY;
  let tombstones = 0;
  for (const partition of PARTITIONS)
    for await (const _ of table.query(partitionKeyOf(partition), 'gone-', 'gone.')) tombstones++;
  return {
    deleted: totalOf(report.deleted.values()).blobs,
    tombstones,
    milliseconds,
    requests,
    forgotten: planned.filter((blob) => isDue(blob) && kept.has(blob.name)).length,
    early: planned.filter((blob) => !isDue(blob) && !kept.has(blob.name)).length,
  };
}

/** The due ones spread over the others; of these, the first fall due tomorrow. */
function planBlobs({ blobs, due }: Scale): PlannedBlob[] {
  const step = Math.floor(blobs / due);
  return Array.from({ length: blobs }, (_, i) => {
    const isDue = i % step === 0 && i / step < due;
    const daysLeft = isDue ? -(i % 3) : 1 + (i % 364);
    // All hours of a day fall due together, so many days after its end.
    const day = Date.parse(TODAY) + daysLeft * DAY - (365 + 1) * DAY;
    const time = day + (i % 24) * HOUR;
    // Whatever the step is, each has a share of the due ones.
    const scattered = Math.imul(i, 0x9e3779b1) >>> 16;
    const partition = PARTITIONS[scattered % PARTITIONS.length];
    const category = CATEGORIES[(scattered >>> 4) % CATEGORIES.length];
    if (!partition || category === undefined) throw new RangeError('no partition or category');
    return { name: `${blobPrefix('entra', category, time, partition)}${i + 1}.ndjson`, time, days: 365 };
  });
}

/** Every HTTP request that this process makes. One that the SDK sends again, because a connection broke, counts once. */
function countRequests(): { readonly stop: () => Record<string, number> } {
  const counts: Record<string, number> = {};
  const seen = new Set<unknown>();
  const channel = 'http.client.request.start';
  function onRequest(message: unknown): void {
    const { request } = message as { readonly request: ClientRequest };
    const id = request.getHeader('x-ms-client-request-id');
    if (seen.has(id)) return;
    seen.add(id);
    const what = kindOf(request);
    counts[what] = (counts[what] ?? 0) + 1;
  }
  diagnostics.subscribe(channel, onRequest);
  return {
    stop() {
      diagnostics.unsubscribe(channel, onRequest);
      return counts;
    },
  };
}

function kindOf({ method, path: asked }: { readonly method: string; readonly path: string }): string {
  if (asked.includes('comp=blobs')) return 'find by tags, a page';
  if (asked.includes('comp=blocklist')) return 'block list of a blob';
  if (asked.includes('comp=batch')) return 'batch of deletes';
  if (asked.includes('$batch')) return 'transaction of tombstones';
  return method === 'GET' || method === 'HEAD' ? 'containers, partitions' : `other: ${method}`;
}
