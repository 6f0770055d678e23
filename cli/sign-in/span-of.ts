import type { Rows } from '../query/rows.ts';
import { toText } from '../query/values.ts';
import type { TimeRange } from '../time-range.ts';

/** From the first to the last time in the first column, and how many rows there are; undefined where there is none. */
export async function spanOf({ columns, packs }: Rows): Promise<(TimeRange & { rows: number }) | undefined> {
  const type = columns[0]?.type;
  let [from, to, rows] = [Infinity, -Infinity, 0];
  for await (const pack of packs)
    for (const [time] of pack) {
      const at = type ? Date.parse(toText(time ?? null, type)) : Number.NaN;
      from = Math.min(from, at);
      to = Math.max(to, at);
      rows++;
    }
  return rows === 0 ? undefined : { from, to, rows };
}
