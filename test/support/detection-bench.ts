import { memoryTable } from '../../local/memory-sinks.ts';
import type { Alert } from '../../shared/category-functions/alert.ts';
import { fitsCategory } from '../../shared/category-functions/category-pattern.ts';
import { categoryRecord } from '../../shared/category-record.ts';
import type { CategoryRecord } from '../../shared/category-record.ts';
import { decode } from '../../shared/take-apart/decode.ts';
import { judge } from '../../shared/judge/judge.ts';
import type { CategoryFunction } from '../../shared/on-category.ts';
import type { LedgerTable } from '../../shared/sinks.ts';
import { split } from '../../shared/take-apart/split.ts';
import { tableState } from '../../shared/category-functions/state.ts';
import { sampleStream } from '../../cli/sample/stream.ts';
import type { SampleOptions } from '../../cli/sample/stream.ts';
import { START } from './messages.ts';

/** A detection with its state, and what it has raised: by cause, as the table of alerts has it. */
export interface DetectionBench {
  readonly alerts: ReadonlyMap<string, Alert>;
  /** Hands it those of the records that are of its categories. */
  deliver(records: readonly CategoryRecord[]): Promise<void>;
}

export function detectionBench(
  { name, patterns, handler }: CategoryFunction,
  table: LedgerTable = memoryTable(),
): DetectionBench {
  const alerts = new Map<string, Alert>();
  const context = {
    name,
    state: tableState(table, name, () => START),
    log: () => {},
    alert: async (record: CategoryRecord, alert: Alert) => {
      alerts.set(alert.cause ?? record.key ?? record.id, { records: [record.id], ...alert });
    },
  };
  return {
    alerts,
    async deliver(records) {
      const wanted = records.filter(({ category }) => {
        const [source = '', ...rest] = category.split('/');
        return patterns.some((pattern) => fitsCategory(pattern, source, rest.join('/')));
      });
      if (wanted.length > 0) await handler(wanted, context);
    },
  };
}

/** As the pipeline judges it and hands it on. */
export function judged(record: object | Buffer, id: string): CategoryRecord {
  const bytes = Buffer.isBuffer(record) ? record : Buffer.from(JSON.stringify(record));
  const verdict = judge(bytes);
  if (!verdict || verdict.problems.length > 0)
    throw new Error(`${id} is invalid: ${JSON.stringify(verdict)}`);
  return categoryRecord({ id, key: verdict.recordKey, category: verdict.category.key, valid: true, bytes });
}

/** The records of a stream as the products send it, message by message. */
export function ordinaryStream(options: Partial<SampleOptions> = {}): CategoryRecord[][] {
  const stream = sampleStream({ seed: 7, start: START, messages: 300, faults: 0, ...options });
  return [...stream].map(({ body }, message) => {
    const text = decode(body, { maxUnpackedBytes: 1e9, maxUnpackedRatio: 2_000 });
    const members = 'reason' in text ? text : split(text);
    if ('reason' in members) throw new Error(members.detail);
    return members.map(({ bytes }, i) => judged(bytes, `contoso/logs/0/t/${message}/${i}`));
  });
}

/** Ways in which the same batches may come, each of them twice or more. */
export function deliveries<T>(batches: readonly T[]): Record<string, readonly (readonly T[])[]> {
  const [left, right] = [0, 1].map((rest) => batches.filter((_, i) => i % 2 === rest));
  const rotated = batches.map((_, i) => batches[(i * 7 + 3) % batches.length] as T);
  return {
    'in order, all of it twice': [[...batches, ...batches]],
    'each batch twice': [batches.flatMap((batch) => [batch, batch])],
    'backwards, twice': [[...batches.toReversed(), ...batches.toReversed()]],
    'in another order, then in order': [[...rotated, ...batches]],
    'to two instances at once, the same': [batches, batches],
    'to two instances at once, a half each, then the other': [
      [...(left ?? []), ...(right ?? [])],
      [...(right ?? []), ...(left ?? [])],
    ],
  };
}

/** Hands each instance its batches, all instances side by side; answers the alerts of all of them. */
export async function deliverTo(
  detection: CategoryFunction,
  instances: readonly (readonly (readonly CategoryRecord[])[])[],
  table: LedgerTable = memoryTable(),
): Promise<ReadonlyMap<string, Alert>> {
  const benches = await Promise.all(
    instances.map(async (batches) => {
      const bench = detectionBench(detection, table);
      for (const batch of batches) await bench.deliver(batch);
      return bench;
    }),
  );
  return new Map(benches.flatMap(({ alerts }) => [...alerts]));
}
