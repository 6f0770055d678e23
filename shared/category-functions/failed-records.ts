import type { CategoryRecord } from '../category-record.ts';

/** What a category function throws when it is done with all of its records but these: they alone become dead letters, without another try. */
export class FailedRecords extends Error {
  readonly records: ReadonlySet<CategoryRecord>;

  constructor(message: string, records: Iterable<CategoryRecord>) {
    super(message);
    this.name = 'FailedRecords';
    this.records = new Set(records);
  }
}
