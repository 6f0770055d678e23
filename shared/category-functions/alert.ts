import type { CategoryRecord } from '../category-record.ts';

export interface Alert {
  readonly title: string;
  readonly severity: 'low' | 'medium' | 'high';
  /** Whom or what it is about. */
  readonly subject?: string | undefined;
  readonly details?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** What there is one alert for, where that is not the record: the same text makes the same alert, which is then written over. */
  readonly cause?: string;
  /** The ids of all records that caused it; unless given, that of the record alone. */
  readonly records?: readonly string[];
}

/** An alert as it was written down, and as a webhook gets it. */
export interface RaisedAlert extends Omit<Alert, 'cause'> {
  /** `<function>/<hash of the cause>` */
  readonly id: string;
  readonly function: string;
  readonly category: string;
  readonly records: readonly string[];
}

export interface Alerts {
  raise(functionName: string, record: CategoryRecord, alert: Alert): Promise<RaisedAlert>;
  /** Tells whoever wants to be told, where that has not been done. Throws an Error where it cannot be done. */
  notify(alert: RaisedAlert): Promise<void>;
}
