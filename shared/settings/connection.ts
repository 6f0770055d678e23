import type { Environment, Problems } from './settings.ts';

export type Service = 'event-hubs' | 'blobs' | 'tables';

/** How to reach a service: with a connection string (local), or as an identity (Azure). */
export type Connection =
  | { readonly kind: 'connection-string'; readonly setting: string; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly setting: string;
      /** A host name for Event Hubs, a URL for storage. */
      readonly endpoint: string;
      /** Of a user-assigned identity; the system-assigned one, or whoever is logged in, without. */
      readonly clientId: string | undefined;
    };

/** The part of the setting's name that holds the endpoint, as Azure Functions names it too. */
const ENDPOINT_SUFFIX: Record<Service, string> = {
  'event-hubs': '__fullyQualifiedNamespace',
  blobs: '__blobServiceUri',
  tables: '__tableServiceUri',
};

const EXAMPLE: Record<Service, string> = {
  'event-hubs': 'contoso.servicebus.windows.net',
  blobs: 'https://contosologs.blob.core.windows.net',
  tables: 'https://contosologs.table.core.windows.net',
};

/** `SourceHubConnection__fullyQualifiedNamespace`: where the endpoint of a connection by identity stands. */
export function endpointSettingOf(setting: string, service: Service): string {
  return setting + ENDPOINT_SUFFIX[service];
}

export function readConnection(
  env: Environment,
  setting: string,
  service: Service,
  problems: Problems,
): Connection | undefined {
  const endpointSetting = endpointSettingOf(setting, service);
  const connectionString = env[setting]?.trim();
  const endpoint = env[endpointSetting]?.trim();
  if (connectionString && endpoint) {
    problems.push(`${setting} and ${endpointSetting} are both set: keep the one that is meant.`);
    return undefined;
  }
  if (connectionString) {
    const fault = faultOf(connectionString, service);
    if (fault) problems.push(`${setting} ${fault}`);
    return { kind: 'connection-string', setting, connectionString };
  }
  if (!endpoint) {
    problems.push(
      `${setting} is missing: set it to a connection string, or ${endpointSetting} to ${EXAMPLE[service]}.`,
    );
    return undefined;
  }
  const fault = endpointFault(endpoint, service);
  if (fault) problems.push(`${endpointSetting} ${fault}`);
  return { kind: 'identity', setting, endpoint, clientId: env[`${setting}__clientId`]?.trim() || undefined };
}

/** One that may be left out, as a whole. */
export function readOptionalConnection(
  env: Environment,
  setting: string,
  service: Service,
  problems: Problems,
): Connection | undefined {
  const parts = ['', ENDPOINT_SUFFIX[service], '__clientId', '__credential'];
  if (!parts.some((part) => env[setting + part]?.trim())) return undefined;
  return readConnection(env, setting, service, problems);
}

function faultOf(connectionString: string, service: Service): string | undefined {
  if (service === 'event-hubs') {
    const complete = /(^|;)Endpoint=sb:\/\/[^;]+/i.test(connectionString);
    return complete ? undefined : 'is no Event Hubs connection string: it has no "Endpoint=sb://...".';
  }
  const complete = /(^|;)(AccountName|BlobEndpoint|TableEndpoint|UseDevelopmentStorage)=/i.test(
    connectionString,
  );
  return complete ? undefined : 'is no storage connection string: it has no "AccountName=...".';
}

function endpointFault(endpoint: string, service: Service): string | undefined {
  const right = service === 'event-hubs' ? /^[\w.-]+(:\d+)?$/.test(endpoint) : URL.canParse(endpoint);
  return right ? undefined : `is ${JSON.stringify(endpoint)}: expected something like ${EXAMPLE[service]}.`;
}

/** The host name that the connection leads to. */
export function hostOf(connection: Connection): string {
  if (connection.kind === 'identity') return connection.endpoint;
  return /Endpoint=sb:\/\/([^/;]+)/i.exec(connection.connectionString)?.[1] ?? '';
}

/** The one hub that a connection string is for, where it comes from a policy of that hub. */
export function entityPathOf(connection: Connection): string | undefined {
  if (connection.kind === 'identity') return undefined;
  return /(?:^|;)EntityPath=([^;]+)/i.exec(connection.connectionString)?.[1];
}
