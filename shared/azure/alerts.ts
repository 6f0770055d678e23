import { createHash } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import type { Alert, Alerts } from '../alert.ts';
import type { CategoryRecord } from '../category-record.ts';
import { storageFailure } from './storage-error.ts';

export const ALERTS_TABLE = 'alerts';

/** A table's text property holds 32,768 UTF-16 characters. */
const LONGEST_TEXT = 32_000;

/** Of what a person reads. It comes from data, which may put a megabyte anywhere. */
const LONGEST_DETAIL = 1_024;

/** Alerts as rows: by function, and by the record that caused them, so that a record that comes twice raises one alert. */
export function tableAlerts(client: TableClient): Alerts {
  return {
    async raise(functionName, record, alert) {
      const row = toRow(functionName, record, alert);
      try {
        await client.upsertEntity(row, 'Replace');
      } catch (error) {
        if (storageFailure(error)?.code !== 'TableNotFound') throw error;
        await client.createTable();
        await client.upsertEntity(row, 'Replace');
      }
    },
  };
}

function toRow(
  functionName: string,
  record: CategoryRecord,
  { title, severity, subject = '', details = {} }: Alert,
) {
  const cause = record.key ?? record.id;
  return {
    partitionKey: functionName,
    rowKey: createHash('sha256').update(cause).digest('hex').slice(0, 32),
    title: cut(title),
    severity,
    subject: cut(subject),
    category: record.category,
    recordId: record.id,
    recordKey: record.key ?? '',
    details: JSON.stringify(details, (_, value: unknown) => (typeof value === 'string' ? cut(value) : value)),
    record: record.bytes.toString().slice(0, LONGEST_TEXT),
  };
}

function cut(text: string): string {
  return text.slice(0, LONGEST_DETAIL);
}
