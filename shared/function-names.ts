/** Azure's own limit: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const LONGEST_NAME = 127;
const ROOM_FOR_NUMBER = 4;

/**
 * Names for functions that stand for one hub each: `ingest` for the only one, else `ingest_<hub>`. No two are the same, and none has a
 * hyphen: on Linux no setting can have one in its name, and so none could disable the function.
 */
export function functionNames(base: string, hubs: readonly string[]): string[] {
  if (hubs.length === 1) return [base];
  const names = new Set<string>();
  for (const hub of hubs) {
    const name = `${base}_${hub.replaceAll(/[^A-Za-z0-9]/g, '_')}`.slice(0, LONGEST_NAME - ROOM_FOR_NUMBER);
    names.add(firstFree(name, names));
  }
  return [...names];
}

function firstFree(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name}_${number}`)) return `${name}_${number}`;
}
