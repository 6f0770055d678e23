import { EventHubConsumerClient } from '@azure/event-hubs';
import type { CheckpointStore, EventHubConsumerClientOptions } from '@azure/event-hubs';
import type { TokenCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import type { ContainerClient } from '@azure/storage-blob';
import type { Settings } from './settings.ts';

/** Where the Event Hubs extension keeps checkpoints and ownership. */
const CHECKPOINT_CONTAINER = 'azure-webjobs-eventhub';
const HOST_STORAGE = 'AzureWebJobsStorage';

export interface ConsumerAddress {
  /** The name of the setting, or the prefix of the settings, that say how to connect. */
  readonly connection: string;
  readonly hub: string;
  readonly consumerGroup: string;
}

/**
 * A connection is a setting that holds a connection string, or `<name>__fullyQualifiedNamespace` with an identity.
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#connections
 */
export function consumerClient(
  settings: Settings,
  { connection, hub, consumerGroup }: ConsumerAddress,
  store: CheckpointStore,
  options: EventHubConsumerClientOptions,
): EventHubConsumerClient {
  const connectionString = settings[connection];
  if (connectionString) {
    return new EventHubConsumerClient(consumerGroup, connectionString, hub, store, options);
  }
  const namespace = settings[`${connection}__fullyQualifiedNamespace`];
  if (!namespace) throw missing(connection, '__fullyQualifiedNamespace');
  const credential = identity(settings, connection);
  return new EventHubConsumerClient(consumerGroup, namespace, hub, credential, store, options);
}

/** The container of the host's own storage that holds the checkpoints; it may not exist yet. */
export function checkpointContainer(settings: Settings): ContainerClient {
  return hostStorage(settings).getContainerClient(CHECKPOINT_CONTAINER);
}

function hostStorage(settings: Settings): BlobServiceClient {
  const connectionString = settings[HOST_STORAGE];
  if (connectionString) return BlobServiceClient.fromConnectionString(connectionString);
  const account = settings[`${HOST_STORAGE}__accountName`];
  const uri =
    settings[`${HOST_STORAGE}__blobServiceUri`] ?? (account && `https://${account}.blob.core.windows.net`);
  if (!uri) throw missing(HOST_STORAGE, '__blobServiceUri');
  return new BlobServiceClient(uri, identity(settings, HOST_STORAGE));
}

function identity(settings: Settings, connection: string): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    getToken: async (scopes, options) => {
      credential ??= loadIdentity(settings, connection);
      return (await credential).getToken(scopes, options);
    },
  };
}

/** The package is a third of all that a host would load, and of no use to connection strings. */
async function loadIdentity(settings: Settings, connection: string): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  const clientId = settings[`${connection}__clientId`];
  if (settings[`${connection}__credential`]?.toLowerCase() === 'managedidentity') {
    return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  }
  return new DefaultAzureCredential(clientId ? { managedIdentityClientId: clientId } : {});
}

function missing(connection: string, suffix: string): Error {
  return new Error(
    `There is no connection ${connection}: set ${connection} to a connection string, or ${connection}${suffix}.`,
  );
}
