import type { Alert } from '../../shared/category-functions/alert.ts';
import { memoryTable } from '../../local/memory-sinks.ts';
import { categoryRecord } from '../../shared/category-record.ts';
import type { CategoryFunction } from '../../shared/on-category.ts';
import { tableState } from '../../shared/category-functions/state.ts';

/** What a category function has made of records. */
export interface Made {
  /** `level: message` */
  readonly logged: readonly string[];
  /** Each with the id of its record: `test/0` is the first one's. */
  readonly alerts: readonly (Alert & { readonly recordId: string })[];
}

/** Hands records to a category function, as the trigger on the records hub does. */
export async function callCategoryFunction(
  { name, patterns: [pattern = ''], handler }: CategoryFunction,
  records: readonly unknown[],
): Promise<Made> {
  const logged: string[] = [];
  const alerts: (Alert & { recordId: string })[] = [];
  const handed = records.map((record, i) =>
    categoryRecord({
      id: `test/${i}`,
      key: undefined,
      category: pattern,
      valid: true,
      bytes: Buffer.from(JSON.stringify(record)),
    }),
  );
  await handler(handed, {
    name,
    state: tableState(memoryTable(), name, Date.now),
    log: (level, message) => logged.push(`${level}: ${message}`),
    alert: async ({ id: recordId }, alert) => {
      alerts.push({ ...alert, recordId });
    },
  });
  return { logged, alerts };
}
