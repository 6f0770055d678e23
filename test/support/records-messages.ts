import { blockCodec } from '../../shared/blocks/block-codec.ts';
import type {
  CategoryFunctionsDeps,
  RecordsBatch,
  RecordsMessage,
} from '../../shared/category-functions/category-functions.ts';
import { handlerFailures } from '../../shared/category-functions/handler-failures.ts';
import type { Partition } from '../../shared/message.ts';
import { tableState } from '../../shared/category-functions/state.ts';
import { memoryBlobStore, memoryTable } from '../../local/memory-sinks.ts';
import type { MemoryBlobStore } from '../../local/memory-sinks.ts';
import { START } from './messages.ts';

export const RECORDS_PARTITION: Partition = { namespace: 'contoso', hub: 'records', id: '3' };

/** A message of the records hub, as `pack` makes it. */
export function recordsMessage(
  category: string,
  records: readonly string[],
  { sequenceNumber = 0, ...properties }: { sequenceNumber?: number; [name: string]: unknown } = {},
): RecordsMessage {
  const [source, ...name] = category.split('/');
  const ids = records.map((_, i) => `contoso/logs/0/2026-11-20T10:11:00.000Z/${sequenceNumber}/${i}`);
  return {
    sequenceNumber,
    enqueuedTime: START + sequenceNumber * 1_000,
    body: Buffer.from(`{"records":[${records.join(',')}]}`),
    properties: {
      source,
      category: name.join('/'),
      count: records.length,
      recordIds: JSON.stringify(ids),
      recordKeys: JSON.stringify(records.map(() => null)),
      valid: true,
      ...properties,
    },
  };
}

export function batchOf(...messages: RecordsMessage[]): RecordsBatch {
  return { partition: RECORDS_PARTITION, messages };
}

export interface CategoryBench {
  readonly deps: CategoryFunctionsDeps;
  readonly store: MemoryBlobStore;
  /** What was asked of the clock, in milliseconds. */
  readonly slept: number[];
  /** `level: message` */
  readonly logged: string[];
  /** `function title` */
  readonly alerts: string[];
  /** `function/record id` */
  readonly notified: string[];
}

/** Deps in memory, with a clock that does not wait. */
export function categoryBench(overrides: Partial<CategoryFunctionsDeps> = {}): CategoryBench {
  const store = memoryBlobStore();
  const slept: number[] = [];
  const logged: string[] = [];
  const alerts: string[] = [];
  const notified: string[] = [];
  const states = memoryTable();
  const deps: CategoryFunctionsDeps = {
    store,
    failures: handlerFailures({ store, codec: blockCodec('none'), retentionDays: 30 }),
    stateOf: (name) => tableState(states, name, () => START),
    alerts: {
      raise: async (name, { id, category }, { title, severity }) => {
        alerts.push(`${name} ${title}`);
        return { id: `${name}/${id}`, function: name, title, severity, category, records: [id] };
      },
      notify: async ({ id }) => {
        notified.push(id);
      },
    },
    log: (level, message) => logged.push(`${level}: ${message}`),
    sleep: async (milliseconds) => slept.push(milliseconds),
    ...overrides,
  };
  return { deps, store, slept, logged, alerts, notified };
}
