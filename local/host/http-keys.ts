import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AuthLevel } from './http-trigger.ts';

/** What Azure calls the `default` host key, which is good for every function, and the `_master` key, which is good for all. */
export interface HttpKeys {
  readonly function: string;
  readonly admin: string;
}

const KEY_BYTES = 32;

export function createKeys(): HttpKeys {
  return { function: createKey(), admin: createKey() };
}

function createKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** As AuthenticationLevelHandler of the Functions host reads it: the header, and without one the query. */
export function isAuthorised(
  level: AuthLevel,
  { headers }: IncomingMessage,
  { searchParams }: URL,
  keys: HttpKeys,
): boolean {
  if (level === 'anonymous') return true;
  const key = headers['x-functions-key'] ?? searchParams.get('code') ?? '';
  const good = level === 'admin' ? [keys.admin] : [keys.function, keys.admin];
  return good.some((one) => isSame(one, String(key)));
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
