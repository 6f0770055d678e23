import { randomBytes } from 'node:crypto';
import { appSettings } from '../../local/app-settings.ts';
import { CERTIFICATE_FILE, KEY_FILE, trustedCertificate } from './certificate.ts';
import { CLIENT_IDS, startIdentityEndpoint } from './identity-endpoint.ts';
import { startSite } from './site.ts';
import type { Site } from './site.ts';
import { keyPair } from './tokens.ts';
import type { KeyPair, TokenClaims } from './tokens.ts';

/** Where the app can be run without a key. */
export interface IdentitySite {
  /** What tokens are signed with that the services take. */
  readonly keys: KeyPair;
  /** The tokens that the identity endpoint has issued, in order. */
  readonly issued: readonly TokenClaims[];
  /** For the app. */
  readonly settings: Readonly<Record<string, string>>;
  /** The same places for the test, which has keys to them. */
  readonly site: Site;
  /** Of the storage account: the test's own, which nobody could know. */
  readonly accountKey: string;
  readonly addresses: { readonly hubs: string; readonly blobs: string; readonly tables: string };
}

/** A site whose services speak TLS, and take tokens of managed identities; it is closed when the test ends. */
export async function startIdentitySite(): Promise<IdentitySite> {
  const certificate = trustedCertificate();
  const keys = keyPair();
  const issued = await startIdentityEndpoint(keys);
  const accountKey = randomBytes(64).toString('base64');
  const tls = { certFile: CERTIFICATE_FILE, keyFile: KEY_FILE };
  const site = await startSite({
    identity: { ...certificate, issuerKey: keys.publicKey },
    storage: { accountKey, tls },
  });
  const { hubs, storage } = site;
  const addresses = {
    hubs: hubs.fullyQualifiedNamespace ?? '',
    blobs: storage.blobEndpoint.replace('127.0.0.1', 'localhost'),
    tables: storage.tableEndpoint.replace('127.0.0.1', 'localhost'),
  };
  return { keys, issued, settings: settingsFor(addresses), site, accountKey, addresses };
}

/** Connections as the templates for Azure set them. */
function settingsFor({ hubs, blobs, tables }: IdentitySite['addresses']): Record<string, string> {
  const others = Object.entries(appSettings(['logs'], ['records'], { hubs: '', storage: '' }));
  return {
    ...Object.fromEntries(others.filter(([, value]) => value !== '')),
    ...byIdentity('AzureWebJobsStorage', '__blobServiceUri', blobs),
    ...byIdentity('SourceHubConnection', '__fullyQualifiedNamespace', hubs),
    ...byIdentity('RecordsHubConnection', '__fullyQualifiedNamespace', hubs),
    ...byIdentity('ArchiveStorage', '__blobServiceUri', blobs),
    ...byIdentity('RetentionStorage', '__blobServiceUri', blobs, CLIENT_IDS.retention),
    ...byIdentity('LedgerStorage', '__tableServiceUri', tables),
  };
}

function byIdentity(
  connection: string,
  suffix: string,
  address: string,
  clientId: string = CLIENT_IDS.ingest,
): Record<string, string> {
  return {
    [connection + suffix]: address,
    [`${connection}__credential`]: 'managedidentity',
    [`${connection}__clientId`]: clientId,
  };
}
