/**
 * A Parquet file with the records of many blobs of a category: to open thousands of small files takes far longer than to read what is
 * in them.
 */
export interface Bundle {
  /** With `/` between its parts. */
  readonly path: string;
  /** The ETags of the blobs in it, by name, in the order of the names. */
  readonly etags: ReadonlyMap<string, string>;
}

/** Some blobs of a bundle. */
export interface Part {
  readonly path: string;
  /** Names of the first and the last blob of each stretch that is meant; undefined where all are. */
  readonly stretches: readonly (readonly [first: string, last: string])[] | undefined;
}

/** Where blobs are to be found, of those that are there with the ETag that is asked for, and the names of the rest. */
export function partsOf(
  wanted: ReadonlyMap<string, string>,
  bundles: readonly Bundle[],
): { readonly parts: readonly Part[]; readonly missing: ReadonlySet<string> } {
  const missing = new Set(wanted.keys());
  const parts = bundles.flatMap(({ path, etags }) => {
    const isMeant = [...etags].map(([name, etag]) => wanted.get(name) === etag && missing.delete(name));
    if (!isMeant.includes(true)) return [];
    return [
      { path, stretches: isMeant.includes(false) ? stretchesOf([...etags.keys()], isMeant) : undefined },
    ];
  });
  return { parts, missing };
}

function stretchesOf(names: readonly string[], isMeant: readonly boolean[]): [string, string][] {
  const stretches: [string, string][] = [];
  for (const [i, name] of names.entries()) {
    if (!isMeant[i]) continue;
    const open = isMeant[i - 1] ? stretches.at(-1) : undefined;
    if (open) open[1] = name;
    else stretches.push([name, name]);
  }
  return stretches;
}
