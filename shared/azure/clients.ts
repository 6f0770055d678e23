import { TableClient } from '@azure/data-tables';
import { EventHubProducerClient } from '@azure/event-hubs';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import type { Connection } from '../connection.ts';

/** The SDK clients for a connection. Each is made once and kept: they hold connections of their own. */
export function blobService(connection: Connection): BlobServiceClient {
  return connection.kind === 'identity'
    ? new BlobServiceClient(connection.endpoint, credentialOf(connection.clientId))
    : BlobServiceClient.fromConnectionString(connection.connectionString);
}

export function tableClient(connection: Connection, table: string): TableClient {
  if (connection.kind === 'identity')
    return new TableClient(connection.endpoint, table, credentialOf(connection.clientId));
  // Azurite speaks plain HTTP, and only a connection string can name it.
  const allowInsecureConnection = true;
  return TableClient.fromConnectionString(connection.connectionString, table, { allowInsecureConnection });
}

export function hubProducer(connection: Connection, hub: string): EventHubProducerClient {
  return connection.kind === 'identity'
    ? new EventHubProducerClient(connection.endpoint, hub, credentialOf(connection.clientId))
    : new EventHubProducerClient(connection.connectionString, hub);
}

function credentialOf(clientId: string | undefined): TokenCredential {
  return clientId ? new ManagedIdentityCredential({ clientId }) : new DefaultAzureCredential();
}
