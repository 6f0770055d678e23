/** Reads what a JSON pointer (RFC 6901) points to; undefined where there is no such value. */
export type Reader = (value: unknown) => unknown;

export function compilePointer(pointer: string): Reader {
  const path = pointer.split('/').slice(1).map(unescapeToken);
  return function read(value) {
    let current = value;
    for (const token of path) {
      if (typeof current !== 'object' || current === null || !Object.hasOwn(current, token)) return undefined;
      current = (current as Record<string, unknown>)[token];
    }
    return current;
  };
}

/** A pointer to a field of what another points to. */
export function pointerTo(pointer: string, name: string): string {
  return `${pointer}/${escapeToken(name)}`;
}

/** Hardly any token needs it. */
export function escapeToken(token: string): string {
  if (!token.includes('~') && !token.includes('/')) return token;
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function unescapeToken(token: string): string {
  if (!token.includes('~')) return token;
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
