/** A name as SQL quotes it, whatever is in it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL quotes it, whatever is in it: in the engine's plain strings a backslash is just that. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Milliseconds since 1970 as a TIMESTAMP in UTC. */
export function timestamp(time: number): string {
  return `TIMESTAMP ${literal(new Date(time).toISOString().replace('T', ' ').replace('Z', ''))}`;
}
