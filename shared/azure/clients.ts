import { TableClient } from '@azure/data-tables';
import type { TableServiceClientOptions } from '@azure/data-tables';
import { EventHubConsumerClient, EventHubProducerClient, RetryMode } from '@azure/event-hubs';
import type { EventHubClientOptions } from '@azure/event-hubs';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import type { StoragePipelineOptions } from '@azure/storage-blob';
import type { Connection } from '../settings/connection.ts';

/**
 * The SDK's own are 30 seconds before it connects again, and 60 for an answer, which it goes on waiting for when the connection that
 * should bring it has broken; a partition's batch would wait with it.
 */
const HUB_RETRIES: EventHubClientOptions = {
  retryOptions: {
    mode: RetryMode.Exponential,
    maxRetries: 4,
    timeoutInMs: 20_000,
    retryDelayInMs: 500,
    maxRetryDelayInMs: 10_000,
  },
};

/** The SDK clients for a connection. Each is made once and kept: they hold connections of their own. */
export function blobService(connection: Connection, options: StoragePipelineOptions = {}): BlobServiceClient {
  return connection.kind === 'identity'
    ? new BlobServiceClient(connection.endpoint, credentialOf(connection.clientId), options)
    : BlobServiceClient.fromConnectionString(connection.connectionString, options);
}

export function tableClient(
  connection: Connection,
  table: string,
  options: TableServiceClientOptions = {},
): TableClient {
  if (connection.kind === 'identity')
    return new TableClient(connection.endpoint, table, credentialOf(connection.clientId), options);
  // Azurite speaks plain HTTP, and only a connection string can name it.
  const allowInsecureConnection = true;
  return TableClient.fromConnectionString(connection.connectionString, table, {
    ...options,
    allowInsecureConnection,
  });
}

export function hubProducer(
  connection: Connection,
  hub: string,
  options = HUB_RETRIES,
): EventHubProducerClient {
  return connection.kind === 'identity'
    ? new EventHubProducerClient(connection.endpoint, hub, credentialOf(connection.clientId), options)
    : new EventHubProducerClient(connection.connectionString, hub, options);
}

export function hubConsumer(
  connection: Connection,
  consumerGroup: string,
  hub: string,
  options = HUB_RETRIES,
): EventHubConsumerClient {
  if (connection.kind === 'connection-string')
    return new EventHubConsumerClient(consumerGroup, connection.connectionString, hub, options);
  const credential = credentialOf(connection.clientId);
  return new EventHubConsumerClient(consumerGroup, connection.endpoint, hub, credential, options);
}

export function credentialOf(clientId: string | undefined): TokenCredential {
  return clientId ? new ManagedIdentityCredential({ clientId }) : new DefaultAzureCredential();
}
