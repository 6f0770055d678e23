import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage, StorageOptions } from '../../local/storage/azurite.ts';

async function start(options?: StorageOptions): Promise<Storage> {
  const storage = await startStorage(options);
  onTestFinished(storage.close);
  return storage;
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}

describe('startStorage', () => {
  test('the current SDKs can use blobs and tables', async () => {
    const storage = await start();
    const container = BlobServiceClient.fromConnectionString(storage.connectionString).getContainerClient(
      'some',
    );
    const table = TableClient.fromConnectionString(storage.connectionString, 'rows', {
      allowInsecureConnection: true,
    });

    await container.create();
    await container.getBlockBlobClient('a/b').upload('body', 4, { tags: { source: 'entra' } });
    await table.createTable();
    await table.createEntity({ partitionKey: 'p', rowKey: 'r', count: 3 });

    expect((await container.getBlockBlobClient('a/b').downloadToBuffer()).toString()).toBe('body');
    expect(await table.getEntity('p', 'r')).toMatchObject({ count: 3 });
    expect(await answers(storage.queueEndpoint)).toBe(true);
  });

  test('with a key of its own, the one that everybody knows opens nothing', async () => {
    const key = randomBytes(64).toString('base64');
    const own = await start({ accountKey: key });
    const known = (await start()).connectionString.replace(
      /BlobEndpoint=[^;]+/,
      `BlobEndpoint=${own.blobEndpoint}`,
    );

    const byKnownKey = BlobServiceClient.fromConnectionString(known).createContainer('some');

    await expect(byKnownKey).rejects.toMatchObject({ statusCode: 403 });
    await BlobServiceClient.fromConnectionString(own.connectionString).createContainer('some');
  });

  test('nothing answers after close, and close can be called twice', async () => {
    const storage = await start();

    await storage.close();
    await storage.close();

    expect(await answers(storage.blobEndpoint)).toBe(false);
  });

  // Windows has no signal that a process could be sent without ending it.
  test.runIf(process.platform !== 'win32')(
    'Ctrl+C is left to the process that started the servers',
    async () => {
      const storage = await start();

      process.kill(Number(storage.pid), 'SIGINT');

      const container = BlobServiceClient.fromConnectionString(storage.connectionString).getContainerClient(
        'still',
      );
      expect((await container.create()).errorCode).toBeUndefined();
      expect(await container.exists()).toBe(true);
    },
  );

  test('the death of the servers is reported', async () => {
    const death = Promise.withResolvers<Error>();
    const storage = await start({ onDeath: death.resolve });

    process.kill(Number(storage.pid), 'SIGKILL');

    expect((await death.promise).message).toMatch(/Azurite ended[^]*successfully listening/);
  });

  test('data in a folder is there at the next start', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-storage-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const first = await start({ inMemory: false, folder });
    await BlobServiceClient.fromConnectionString(first.connectionString).createContainer('kept');
    await first.close();

    const second = await start({ inMemory: false, folder });

    const kept = BlobServiceClient.fromConnectionString(second.connectionString).getContainerClient('kept');
    expect(await kept.exists()).toBe(true);
  });

  test('a port that is taken is an Error with what Azurite says of it', async () => {
    const first = await start();
    const taken = Number(new URL(first.blobEndpoint).port);

    await expect(startStorage({ ports: { blob: taken } })).rejects.toThrow(/EADDRINUSE/);
  });

  test('the servers end when the process that started them is killed', async () => {
    const module = new URL('../../local/storage/azurite.ts', import.meta.url).href;
    const script = `import { startStorage } from '${module}'; console.log((await startStorage()).blobEndpoint);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    const line: unknown[] = await once(parent.stdout, 'data');
    const endpoint = String(line[0]).trim();
    expect(await answers(endpoint)).toBe(true);

    parent.kill('SIGKILL');

    await expect.poll(() => answers(endpoint), { timeout: 90_000 }).toBe(false);
  });
});
