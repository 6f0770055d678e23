import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';

/** What a token says: whose it is, and what it is for. */
export interface TokenClaims {
  readonly clientId: string;
  /** Such as `https://storage.azure.com`. */
  readonly resource: string;
}

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const HOUR_S = 3_600;
const ISSUER = 'https://sts.windows.net/99999999-9999-4999-8999-999999999999/';

export function keyPair(): KeyPair {
  return generateKeyPairSync('rsa', { modulusLength: 2_048 });
}

/** A token as Entra ID issues them, that expires in so many seconds, or has expired where they are negative. */
export function issueToken({ privateKey }: KeyPair, claims: TokenClaims, expiresIn = HOUR_S): string {
  return jwt.sign({ appid: claims.clientId, ver: '1.0' }, privateKey, {
    algorithm: 'RS256',
    audience: claims.resource,
    issuer: ISSUER,
    notBefore: Math.min(0, expiresIn - 1),
    expiresIn,
  });
}
