import { createHash } from 'node:crypto';
import type { TableClient, TableEntity } from '@azure/data-tables';
import type { Alert, Alerts, RaisedAlert } from '../category-functions/alert.ts';
import type { CategoryRecord } from '../category-record.ts';
import { isoTime } from '../time.ts';
import type { Webhook } from '../category-functions/webhook.ts';
import { storageFailure } from './storage-error.ts';

export const ALERTS_TABLE = 'alerts';

/** A table's text property holds 32,768 UTF-16 characters. */
const LONGEST_TEXT = 32_000;

/** Of what a person reads. It comes from data, which may put a megabyte anywhere. */
const LONGEST_DETAIL = 1_024;

/** An id has up to 365 characters: the names of a namespace, a hub and a partition, a time and two numbers. */
const MOST_RECORDS = 80;

/**
 * Alerts as rows: by function, and by the record or the cause, so that what comes twice raises one alert. That the webhook was told is
 * noted in the row, afterwards: an instance that stops in between has it told again.
 */
export function tableAlerts(client: TableClient, webhook?: Webhook): Alerts {
  async function write(row: TableEntity): Promise<void> {
    try {
      await client.upsertEntity(row, 'Merge');
    } catch (error) {
      if (storageFailure(error)?.code !== 'TableNotFound') throw error;
      await client.createTable();
      await client.upsertEntity(row, 'Merge');
    }
  }

  return {
    async raise(functionName, record, alert) {
      const raised = toRaised(functionName, record, alert);
      await write(toRow(raised, record));
      return raised;
    },

    async notify(raised) {
      if (!webhook) return;
      const { partitionKey, rowKey } = keysOf(raised);
      const { notified } = await client.getEntity<{ notified?: string }>(partitionKey, rowKey);
      if (notified) return;
      await webhook(raised);
      await write({ partitionKey, rowKey, notified: isoTime(Date.now()) });
    },
  };
}

function toRaised(functionName: string, record: CategoryRecord, alert: Alert): RaisedAlert {
  const { title, severity, subject = '', details = {}, records = [record.id] } = alert;
  const cause = alert.cause ?? record.key ?? record.id;
  const hash = createHash('sha256').update(cause).digest('hex').slice(0, 32);
  const cutDetails = Object.entries(details).map(([name, value]) => [
    name,
    typeof value === 'string' ? cut(value) : value,
  ]);
  return {
    id: `${functionName}/${hash}`,
    function: functionName,
    title: cut(title),
    severity,
    subject: cut(subject),
    category: record.category,
    records: records.slice(0, MOST_RECORDS),
    details: Object.fromEntries(cutDetails) as RaisedAlert['details'] & object,
  };
}

function toRow(raised: RaisedAlert, record: CategoryRecord) {
  const { title, severity, subject, category, records, details } = raised;
  return {
    ...keysOf(raised),
    title,
    severity,
    subject,
    category,
    recordId: record.id,
    recordKey: cut(record.key ?? ''),
    records: JSON.stringify(records),
    details: JSON.stringify(details),
    record: record.bytes.toString().slice(0, LONGEST_TEXT),
  };
}

function keysOf({ id }: RaisedAlert): { partitionKey: string; rowKey: string } {
  const slash = id.lastIndexOf('/');
  return { partitionKey: id.slice(0, slash), rowKey: id.slice(slash + 1) };
}

function cut(text: string): string {
  return text.slice(0, LONGEST_DETAIL);
}
