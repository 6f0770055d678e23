import { BlobServiceClient } from '@azure/storage-blob';
import { TableClient } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { azureBlobStore } from '../../shared/azure/blob-store.ts';
import { azureLedgerTable, LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { namespaceOf, partitionKeyOf } from '../../shared/names.ts';
import { DAY } from '../../shared/time.ts';
import { putBlob } from '../support/archive-blobs.ts';
import { validRecord } from '../support/messages.ts';
import { allOf } from '../support/retention-site.ts';
import { drained, sendTo, startApp, startSite } from '../support/site.ts';

function ago(days: number): string {
  return new Date(Date.now() - days * DAY).toISOString();
}

test('the timer deletes what is due beside what the app has just written, and leaves a tombstone', async () => {
  const site = await startSite({ partitions: 1 });
  const { connectionString } = site.storage;
  const app = await startApp(site);
  await sendTo(site, '0', [validRecord('entra', 'SignInLogs')]);
  await drained(site);
  const store = azureBlobStore(BlobServiceClient.fromConnectionString(connectionString));
  const partition = { namespace: namespaceOf('localhost'), hub: 'logs', id: '0' };
  const due = await putBlob(store, { partition, time: ago(10), days: 7 });
  await putBlob(store, { partition, time: ago(10), days: 30, no: 2 });

  await app.runTimer('retention');

  const archive = BlobServiceClient.fromConnectionString(connectionString).getContainerClient('archive');
  const names = (await allOf(archive.listBlobsFlat())).map(({ name }) => name);
  expect(names).toHaveLength(2);
  expect(names).not.toContain(due.name);
  const table = azureLedgerTable(
    TableClient.fromConnectionString(connectionString, LEDGER_TABLE, { allowInsecureConnection: true }),
  );
  const tombstones = await allOf(table.query(partitionKeyOf(partition), 'gone-', 'gone.'));
  expect(tombstones.map(({ values }) => values['blob'])).toEqual([due.name]);
});
