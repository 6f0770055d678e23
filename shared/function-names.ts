/** Names for functions that stand for one hub each: `ingest` for the only one, else `ingest-<hub>`. */
export function functionNames(base: string, hubs: readonly string[]): string[] {
  if (hubs.length === 1) return [base];
  const names = hubs.map((hub) => `${base}-${hub.replaceAll(/[^A-Za-z0-9-]/g, '-')}`);
  return names.map((name, i) => (names.indexOf(name) === i ? name : `${name}-${i + 1}`));
}
