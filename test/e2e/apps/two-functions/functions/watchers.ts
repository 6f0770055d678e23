import type { Alert } from '../../../../../shared/category-functions/alert.ts';
import type { CategoryRecord } from '../../../../../shared/category-record.ts';
import { onCategory } from '../../../../../shared/on-category.ts';

onCategory('unknown/Shared', async function first(records, { alert }) {
  for (const record of records) await alert(record, alertOf(record));
});

onCategory('unknown/*', async function second(records, { alert }) {
  const shared = records.filter(({ category }) => category === 'unknown/Shared');
  for (const record of shared) await alert(record, alertOf(record));
});

onCategory('unknown/Shared', async function failing() {
  throw new Error('told to fail');
});

function alertOf(record: CategoryRecord): Alert {
  return { title: 'seen', severity: 'low', subject: record.bytes.toString() };
}
