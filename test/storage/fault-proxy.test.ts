import { TableClient } from '@azure/data-tables';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage } from '../../local/storage/azurite.ts';
import { startFaultyStorage } from '../../local/storage/fault-proxy.ts';
import type { FaultyStorage, StorageFault, StorageOperation } from '../../local/storage/fault-proxy.ts';
import { azureBlobStore } from '../../shared/azure/blob-store.ts';
import { azureLedgerTable } from '../../shared/azure/ledger-table.ts';
import { encodeBlockId } from '../../shared/blocks/block-id.ts';
import { HEAD_KEY, minuteKey } from '../../shared/ledger/ledger-rows.ts';

const BLOB = {
  container: 'archive',
  name: 'unknown/A+20b/y=2026/m=11/d=20/h=10/contoso-logs-p3-1.ndjson.gz',
};
const OPTIONS = { ifMatch: undefined, metadata: {}, tags: {}, contentType: 'application/gzip' };
const BLOCK = encodeBlockId({
  run: 1,
  first: 0,
  last: 9,
  time: 1_795_169_810_223,
  records: 10,
  retentionDays: 365,
  random: 'a'.repeat(16),
});

let storage: Storage;
let faulty: FaultyStorage;

beforeAll(async () => {
  storage = await startStorage();
  faulty = await startFaultyStorage(storage);
});

afterAll(async () => {
  await faulty.close();
  await storage.close();
});

beforeEach(async () => {
  faulty.onOperation = undefined;
  for await (const { name } of blobService(storage).listContainers())
    await blobService(storage).deleteContainer(name);
});

function blobService({ connectionString }: Pick<Storage, 'connectionString'>): BlobServiceClient {
  return BlobServiceClient.fromConnectionString(connectionString);
}

function ledgerTable(name: string) {
  return azureLedgerTable(
    TableClient.fromConnectionString(faulty.connectionString, name, { allowInsecureConnection: true }),
  );
}

/** Spoils the first operation of a kind; answers how many of it were asked for. */
function spoilFirst(kind: StorageOperation['kind'], fault: StorageFault): { asked: () => number } {
  let asked = 0;
  faulty.onOperation = (operation) => {
    if (operation.kind !== kind) return undefined;
    asked += 1;
    return asked === 1 ? fault : undefined;
  };
  return { asked: () => asked };
}

test('requests of the real clients are told apart by what they are for', async () => {
  const seen: string[] = [];
  faulty.onOperation = ({ service, kind, partition }) => {
    seen.push(`${service} ${kind}${partition === undefined ? '' : ` of partition ${partition}`}`);
    return undefined;
  };
  const store = azureBlobStore(blobService(faulty));
  const table = ledgerTable('kinds');
  const since = async (work: () => Promise<unknown>): Promise<string[]> => {
    seen.length = 0;
    await work();
    return [...seen];
  };

  await store.stage(BLOB, BLOCK, Buffer.from('line\n'));
  expect(await since(() => store.stage(BLOB, BLOCK, Buffer.from('line\n')))).toEqual([
    'blob stage of partition 3',
  ]);
  expect(await since(() => store.commit(BLOB, [BLOCK], OPTIONS))).toEqual(['blob commit of partition 3']);
  expect(await since(() => store.state(BLOB))).toEqual(['blob read', 'blob read']);

  const key = 'contoso~logs~3';
  const head = { rowKey: HEAD_KEY, ifMatch: undefined, values: { plan: '{"a":"minute-of-nothing"}' } };
  const minute = { rowKey: minuteKey(1_795_169_810_223, 1), ifMatch: undefined, values: { n: 1 } };
  await table.transact('partitions', [{ rowKey: key, ifMatch: undefined, values: { id: '3' } }]);
  expect(await since(() => table.transact(key, [head, minute]))).toEqual(['table decide of partition 3']);
  const etag = (await table.get(key, HEAD_KEY))?.etag;
  expect(await since(() => table.transact(key, [{ ...head, ifMatch: etag }]))).toEqual([
    'table close of partition 3',
  ]);
  const behind = { rowKey: 'backlog-000000000001', ifMatch: undefined, values: { blocks: '[]' } };
  const again = (await table.get(key, HEAD_KEY))?.etag;
  expect(await since(() => table.transact(key, [{ ...head, ifMatch: again }, behind]))).toEqual([
    'table postpone of partition 3',
  ]);
  expect(await since(() => table.get(key, HEAD_KEY))).toEqual(['table read']);

  await blobService(storage).createContainer('azure-webjobs-eventhub');
  const checkpoints = new BlobCheckpointStore(
    blobService(faulty).getContainerClient('azure-webjobs-eventhub'),
  );
  const where = {
    fullyQualifiedNamespace: 'localhost',
    eventHubName: 'logs',
    consumerGroup: '$Default',
    partitionId: '3',
  };
  const checkpoint = () => checkpoints.updateCheckpoint({ ...where, offset: '1', sequenceNumber: 1 });
  await checkpoint();
  expect(await since(checkpoint)).toEqual(['blob checkpoint of partition 3']);
  const claim = () => checkpoints.claimOwnership([{ ...where, ownerId: 'me' }]);
  expect((await since(claim)).at(-1)).toBe('blob ownership of partition 3');
});

test.each([
  [{ status: 500 }, 0],
  [{ status: 503 }, 0],
  [{ error: 'disconnect' }, 0],
  [{ silentMs: 20 }, 0],
  [{ loseAnswer: true }, 1],
] as const)('%j of a commit: tried again by the SDK, and done once', async (fault, doneAtFirst) => {
  const store = azureBlobStore(blobService(faulty));
  await store.stage(BLOB, BLOCK, Buffer.from('line\n'));
  const spoilt = spoilFirst('commit', fault);

  const outcome = await store.commit(BLOB, [BLOCK], OPTIONS);

  expect(spoilt.asked()).toBe(2);
  // What was done the first time cannot be done again, and that is how the second time finds it.
  expect(typeof outcome === 'string' ? outcome : 'committed').toBe(
    doneAtFirst === 1 ? 'changed' : 'committed',
  );
  expect((await store.state(BLOB)).blocks).toHaveLength(1);
});

test('a refusal of one service is what its own would be', async () => {
  const store = azureBlobStore(blobService(faulty));
  const table = ledgerTable('refusals');
  await store.stage(BLOB, BLOCK, Buffer.from('line\n'));
  const minute = { rowKey: minuteKey(0, 1), ifMatch: undefined, values: { n: 1 } };

  spoilFirst('commit', { status: 412 });
  expect(await store.commit(BLOB, [BLOCK], OPTIONS)).toBe('changed');
  spoilFirst('decide', { status: 412 });
  expect(await table.transact('contoso~logs~3', [minute])).toBe('changed');
  expect(await table.get('contoso~logs~3', minute.rowKey)).toBeUndefined();
  spoilFirst('stage', { status: 403 });
  await expect(store.stage(BLOB, BLOCK, Buffer.from('x'))).rejects.toThrow('403 AuthorizationFailure');
});

test('an answer that is lost: whoever waits for the effect is told whether there was one', async () => {
  const store = azureBlobStore(blobService(faulty));
  const table = ledgerTable('lost');
  const minute = { rowKey: minuteKey(0, 1), ifMatch: undefined, values: { n: 1 } };
  const told: boolean[] = [];
  const loseAnswer = { loseAnswer: true, onDone: (succeeded: boolean) => told.push(succeeded) } as const;

  await table.transact('contoso~logs~3', [minute]);
  spoilFirst('decide', loseAnswer);
  expect(await table.transact('contoso~logs~3', [minute])).toBe('changed');
  await store.stage(BLOB, BLOCK, Buffer.from('line\n'));
  spoilFirst('commit', loseAnswer);
  await store.commit(BLOB, [BLOCK], OPTIONS);

  expect(told).toEqual([false, true]);
});

test('a request that is held is done in the end, though nobody waits for it any more', async () => {
  const container = blobService(faulty).getContainerClient('archive');
  await container.create();
  const held = Promise.withResolvers<void>();
  const { asked } = spoilFirst('write', { until: held.promise });
  const giveUp = new AbortController();
  const upload = container.getBlockBlobClient('late').upload('late', 4, { abortSignal: giveUp.signal });
  await expect.poll(asked).toBe(1);
  giveUp.abort();
  await expect(upload).rejects.toThrow('aborted');
  const isThere = () => blobService(storage).getContainerClient('archive').getBlobClient('late').exists();
  expect(await isThere()).toBe(false);

  held.resolve();

  await expect.poll(isThere).toBe(true);
});

test('who wants to know is told of each answer of storage, and not of those that it never gave', async () => {
  const answers: string[] = [];
  const watched = await startFaultyStorage(storage, ({ kind }, { body }, status) => {
    answers.push(`${kind}, ${body.length} bytes: ${status}`);
  });
  onTestFinished(watched.close);
  const store = azureBlobStore(blobService(watched));

  await store.stage(BLOB, BLOCK, Buffer.from('abc'));
  watched.onOperation = ({ kind }) => (kind === 'commit' ? { status: 412 } : undefined);
  await store.commit(BLOB, [BLOCK], OPTIONS);

  expect(answers).toContain('stage, 3 bytes: 201');
  expect(answers.filter((answer) => answer.startsWith('commit'))).toEqual([]);
});
