import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll } from 'vitest';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage } from '../../local/storage/azurite.ts';

/** A storage for the tests of a file. Answers what makes a client of a table: of one of its own that does not exist yet, unless it is named. */
export function azuriteTables(): (name?: string) => TableClient {
  let storage: Storage;
  beforeAll(async () => {
    storage = await startStorage();
  });
  afterAll(() => storage.close());
  return (name = `t${randomUUID().replaceAll('-', '')}`) =>
    TableClient.fromConnectionString(storage.connectionString, name, { allowInsecureConnection: true });
}
