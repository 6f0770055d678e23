import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Connection } from 'rhea';
import { invalidSignature, unauthorized } from './errors.ts';

export type Claim = 'Listen' | 'Send' | 'Manage';

/** A shared access policy of the namespace. `Manage` comes with the other two. */
export interface AccessPolicy {
  readonly name: string;
  readonly key: string;
  readonly claims: readonly Claim[];
}

/** Who may do what. A token holds for the connection that brought it, and for the hub that it was made for. */
export interface Access {
  /** @throws AmqpFault where the token is signed with another key than that of its policy, or has expired */
  admit(connection: Connection, hub: string, token: string): void;
  /** @throws AmqpFault where the connection has brought no token for the hub with any of the claims */
  demand(connection: Connection, hub: string, claims: readonly Claim[]): void;
}

export function createAccess(policies: readonly AccessPolicy[], now: () => number): Access {
  const admitted = new WeakMap<Connection, Map<string, readonly Claim[]>>();

  return {
    admit(connection, hub, token) {
      const policy = policies.find((one) => isSignedBy(one, token, now()));
      if (!policy) throw invalidSignature();
      const ofConnection = admitted.get(connection) ?? new Map<string, readonly Claim[]>();
      admitted.set(connection, ofConnection.set(hub.toLowerCase(), policy.claims));
    },

    demand(connection, hub, claims) {
      const held = admitted.get(connection)?.get(hub.toLowerCase()) ?? [];
      if (!held.includes('Manage') && !claims.some((claim) => held.includes(claim)))
        throw unauthorized(claims.join("' or '"), hub);
    },
  };
}

/** Where nobody asks for a key, as in the official emulator. */
export const OPEN_ACCESS: Access = { admit: () => {}, demand: () => {} };

/** `SharedAccessSignature sr=<resource>&sig=<signature>&se=<expiry>&skn=<policy>`: https://learn.microsoft.com/azure/event-hubs/authenticate-shared-access-signature */
function isSignedBy({ name, key }: AccessPolicy, token: string, now: number): boolean {
  const [, fields = ''] = /^SharedAccessSignature (.*)$/.exec(token) ?? [];
  const given = new URLSearchParams(fields);
  const [, resource = ''] = /(?:^|&)sr=([^&]*)/.exec(fields) ?? [];
  const expiry = given.get('se') ?? '';
  if (given.get('skn') !== name || Number(expiry) * 1_000 <= now) return false;
  const expected = createHmac('sha256', key).update(`${resource}\n${expiry}`).digest();
  const signature = Buffer.from(given.get('sig') ?? '', 'base64');
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}
