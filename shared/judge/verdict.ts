export const SOURCES = ['activity', 'defender', 'github', 'entra', 'intune', 'unknown'] as const;
export type Source = (typeof SOURCES)[number];

/** What happens to an invalid record: quarantined, or archived and passed on with the property `valid=false`. */
export type OnInvalid = 'dead-letter' | 'mark';

/** One thing that is wrong with a record. */
export interface Problem {
  /** JSON pointer to the value; for a missing field, to where it should be. */
  readonly pointer: string;
  readonly message: string;
}

/** What a schema's `x-category` says, with the defaults filled in. Shared by all records of a category. */
export interface Category {
  readonly source: Source;
  /** The product's own spelling; `none` where an unknown record names no category. */
  readonly name: string;
  /** `<source>/<name>` */
  readonly key: string;
  /** Whether it is one that Sluice knows of (a schema, or the product's list). Others are kept apart up to a limit only. */
  readonly listed: boolean;
  /** The `$id` of the schema that judges it, empty where none does. */
  readonly schemaId: string;
  readonly onInvalid: OnInvalid;
  /** Days; 0 keeps for ever; undefined leaves it to the setting. */
  readonly retentionDays: number | undefined;
  readonly message: 'packed' | 'record';
}

/** What `judge` finds in a record's bytes. */
export interface Verdict {
  readonly category: Category;
  /** Empty where the record is valid. */
  readonly problems: readonly Problem[];
  /** The product's own id of the record, by which a consumer can drop what a product delivers twice. */
  readonly recordKey: string | undefined;
  /** Only for categories with a message per record. */
  readonly partitionKey: string | undefined;
  /** In milliseconds since 1970. Nobody asks for that of a record that becomes a dead letter. */
  readonly eventTime: number | undefined;
  /** What stands before the first dot of the text that the category's annotation names: `repo` of GitHub's `repo.create`. */
  readonly label: string | undefined;
  /** The subscription, tenant or organization that it is from, in lower case. */
  readonly scope: string | undefined;
  /** JSON pointers to fields that the category's schema does not name. */
  readonly unseen: readonly string[];
}

/** Whether a record is quarantined for what is wrong with it. */
export function isQuarantined(problems: readonly Problem[], { onInvalid }: Category): boolean {
  return problems.length > 0 && onInvalid === 'dead-letter';
}
