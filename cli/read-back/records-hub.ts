import { split } from '../../shared/take-apart/split.ts';
import { digestOf } from './line-set.ts';
import type { HubMessage } from './read-hub.ts';

/** What the records hubs hold of a category. */
export interface PassedOn {
  /** The digest of each record's bytes, by record id: a message may come twice, and its records count once. */
  readonly digests: Map<string, string>;
  /** Records passed on as invalid. */
  invalid: number;
  /** Records passed on as salvaged. */
  salvaged: number;
}

/** Where in the archive a record lies that was too large for the hub. */
export interface Pointer {
  readonly container: string;
  readonly blob: string;
  readonly block: string;
  /** Within the block, from 0. */
  readonly line: number;
}

export interface RecordsHubReader {
  readonly categories: ReadonlyMap<string, PassedOn>;
  /** What is wrong with messages by themselves: a sentence each. */
  readonly faults: readonly string[];
  readonly add: (message: HubMessage) => Promise<void>;
}

/** Takes the messages of the records hubs apart again. `follow` fetches the bytes that a pointer leads to. */
export function createRecordsHubReader(
  follow: (pointer: Pointer) => Promise<Buffer | undefined>,
): RecordsHubReader {
  const categories = new Map<string, PassedOn>();
  const faults: string[] = [];

  async function add(message: HubMessage): Promise<void> {
    const { source, category, count, valid, salvaged, recordIds } = message.properties;
    const where = `Message ${message.sequenceNumber} in partition ${message.partition} of the hub ${message.hub}`;
    const records = await recordsOf(message);
    const ids = textsIn(recordIds);
    if (records.length !== ids.length || records.length !== count) {
      faults.push(
        `${where} holds ${records.length} records, with ${ids.length} ids, and a count of ${String(count)}.`,
      );
    }
    const key = `${String(source)}/${String(category)}`;
    const known = categories.get(key) ?? { digests: new Map<string, string>(), invalid: 0, salvaged: 0 };
    categories.set(key, known);
    records.forEach((record, i) => {
      const id = ids[i] ?? `${where}, record ${i}`;
      const digest = digestOf(record);
      const before = known.digests.get(id);
      if (before === undefined && valid === false) known.invalid++;
      if (before === undefined && salvaged === true) known.salvaged++;
      if (before !== undefined && before !== digest)
        faults.push(`${where} holds the record ${id} with other bytes than before.`);
      known.digests.set(id, digest);
    });
  }

  async function recordsOf({ properties, body }: HubMessage): Promise<readonly Buffer[]> {
    if (properties['pointer'] === true) {
      const { pointer } = JSON.parse(body.toString()) as { pointer: Pointer };
      const record = await follow(pointer);
      return record ? [record] : [];
    }
    const members = split(body);
    return 'reason' in members ? [] : members.map(({ bytes }) => bytes);
  }

  return { categories, faults, add };
}

function textsIn(property: unknown): string[] {
  const found: unknown = typeof property === 'string' ? JSON.parse(property) : [];
  return Array.isArray(found) ? found.map(String) : [];
}
