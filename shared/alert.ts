import type { CategoryRecord } from './category-record.ts';

export interface Alert {
  readonly title: string;
  readonly severity: 'low' | 'medium' | 'high';
  /** Whom or what it is about. */
  readonly subject?: string | undefined;
  readonly details?: Readonly<Record<string, string | number | boolean | undefined>>;
}

export interface Alerts {
  raise(functionName: string, record: CategoryRecord, alert: Alert): Promise<void>;
}
