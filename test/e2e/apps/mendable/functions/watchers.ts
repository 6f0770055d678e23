import { onCategory } from '../../../../../shared/on-category.ts';

const isBroken = process.env['TEST_BROKEN'] === 'true';

onCategory('unknown/Shared', async function mendable(records, { alert }) {
  if (isBroken) throw new Error('told to fail');
  for (const record of records)
    await alert(record, { title: 'seen', severity: 'low', subject: record.bytes.toString() });
});

/** Has had its records when the other is mended, and would not stand to see them again. */
onCategory('unknown/Shared', async function bystander() {
  if (!isBroken) throw new Error('called again');
});
