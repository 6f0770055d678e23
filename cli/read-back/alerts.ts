import { ALERTS_TABLE } from '../../shared/azure/alerts.ts';
import { rowsOf } from './rows.ts';

/** An alert that a category function has raised. */
export interface RaisedAlert {
  readonly functionName: string;
  readonly title: string;
  readonly severity: string;
  readonly subject: string;
}

/** `connectionString` is that of the ledger's storage. */
export async function readAlerts(connectionString: string): Promise<RaisedAlert[]> {
  const alerts: RaisedAlert[] = [];
  for await (const { partitionKey, values } of rowsOf(connectionString, ALERTS_TABLE)) {
    const { title, severity, subject } = values;
    alerts.push({
      functionName: partitionKey,
      title: String(title),
      severity: String(severity),
      subject: String(subject),
    });
  }
  return alerts;
}
