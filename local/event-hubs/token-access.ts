import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Connection } from 'rhea';
import type { Access } from './access.ts';
import { invalidToken, unauthorized } from './errors.ts';

/** The resource that a token for Event Hubs is issued for. The SDK asks for it with a slash, and Entra ID repeats what it is asked. */
const AUDIENCES: [string, string] = ['https://eventhubs.azure.net', 'https://eventhubs.azure.net/'];

/**
 * Access by tokens of Entra ID and nothing else, as of a namespace with local authentication off: whoever has one may do everything,
 * because the roles of identities are not known here.
 */
export function createTokenAccess(issuerKey: KeyObject, now: () => number): Access {
  const admitted = new WeakMap<Connection, Map<string, number>>();

  return {
    admit(connection, hub, token) {
      const expiry = expiryOf(token, issuerKey, now());
      const ofConnection = admitted.get(connection) ?? new Map<string, number>();
      admitted.set(connection, ofConnection.set(hub.toLowerCase(), expiry));
    },

    demand(connection, hub, claims) {
      const expiry = admitted.get(connection)?.get(hub.toLowerCase()) ?? 0;
      if (expiry <= now()) throw unauthorized(claims.join("' or '"), hub);
    },
  };
}

/** In milliseconds since 1970 UTC. Throws an AmqpFault for a token of somebody else's, for something else, or of another time. */
function expiryOf(token: string, issuerKey: KeyObject, now: number): number {
  try {
    const options = { audience: AUDIENCES, clockTimestamp: Math.floor(now / 1_000) };
    const claims = jwt.verify(token, issuerKey, options);
    if (typeof claims === 'object' && claims.exp !== undefined) return claims.exp * 1_000;
  } catch (error) {
    if (error instanceof jwt.JsonWebTokenError) throw invalidToken(error.message);
    throw error;
  }
  throw invalidToken('it has no expiry');
}
