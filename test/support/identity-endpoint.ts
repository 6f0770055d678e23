import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { setVariable } from './set-variable.ts';
import { HOUR_S, issueToken } from './tokens.ts';
import type { KeyPair, TokenClaims } from './tokens.ts';

/** Identities that the app has; others get no token. */
export const CLIENT_IDS = {
  ingest: '11111111-1111-4111-8111-111111111111',
  retention: '22222222-2222-4222-8222-222222222222',
} as const;

/**
 * Managed identities as App Service and Functions offer them, on this machine until the test ends; the processes that the test starts
 * find them. Answers the tokens that have been issued, in order.
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export async function startIdentityEndpoint(keys: KeyPair): Promise<readonly TokenClaims[]> {
  const secret = randomUUID();
  const issued: TokenClaims[] = [];
  const server = createServer((request, response) => {
    const claims = claimsAskedFor(request, secret);
    if (!claims) {
      response.writeHead(400).end();
      return;
    }
    issued.push(claims);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answerWith(issueToken(keys, claims), claims)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  setVariable('IDENTITY_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`);
  setVariable('IDENTITY_HEADER', secret);
  return issued;
}

/** Undefined for a request that is none of the protocol, and for an identity that the app does not have. */
function claimsAskedFor({ url = '', headers }: IncomingMessage, secret: string): TokenClaims | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (pathname !== '/msi/token' || searchParams.get('api-version') !== '2019-08-01') return undefined;
  if (headers['x-identity-header'] !== secret) return undefined;
  const [clientId, resource] = [searchParams.get('client_id'), searchParams.get('resource')];
  const isKnown = Object.values<string | null>(CLIENT_IDS).includes(clientId);
  return clientId && resource && isKnown ? { clientId, resource } : undefined;
}

function answerWith(token: string, { clientId, resource }: TokenClaims) {
  return {
    access_token: token,
    client_id: clientId,
    expires_on: String(Math.floor(Date.now() / 1_000) + HOUR_S),
    resource,
    token_type: 'Bearer',
  };
}
