import { expect, onTestFinished, test } from 'vitest';
import { startStack } from '../../local/stack.ts';
import { envelopeOf, invalidRecord, recordOf } from '../support/messages.ts';
import { readComplete, sendTo } from '../support/site.ts';

const RULES = [
  { name: 'noise', category: 'Noise*', archive: false, forward: false },
  { name: 'siem', category: 'Alerts', archive: false },
  { name: 'cold', category: 'Cold', forward: false, retentionDays: 30 },
];

test('rules and broken messages: what is read back is all that there should be', async () => {
  const stack = await startStack({ partitions: 1, settings: { SLUICE_RULES: JSON.stringify(RULES) } });
  onTestFinished(() => stack.close());
  const [alert, cold, ordinary] = ['Alerts', 'Cold', 'Ordinary'].map((name) => recordOf(name)) as [
    string,
    string,
    string,
  ];
  const broken = `{"records":[${alert},${cold},{"category":'Ordinary',},{"cate`;

  await sendTo(stack, '0', [
    envelopeOf(alert, cold, ordinary, recordOf('Noise1'), invalidRecord('entra', 'SignInLogs')),
    broken,
  ]);
  await stack.drain();
  const { summary, archived, passedOn, read } = await readComplete(stack);

  expect(summary).toMatchObject({
    messages: 2,
    records: 9,
    archived: 4,
    deadLettered: 2,
    passedOn: 4,
    excluded: 3,
  });
  expect(summary.categories['unknown/Alerts']).toMatchObject({
    records: 2,
    archived: 0,
    passedOn: 2,
    excluded: 2,
  });
  expect(archived).toEqual(
    new Map([
      ['unknown/Cold', [cold, cold]],
      ['unknown/Ordinary', [ordinary, ordinary]],
    ]),
  );
  expect(passedOn.join('')).not.toMatch(/Noise|Cold/);
  expect(read.blobs.filter((name) => name.includes('-r30-'))).toHaveLength(1);
  expect(read.ledger.total.excluded).toEqual({ noise: 1, siem: 2 });
  expect(read.salvaged.map(({ rungs }) => rungs.toSorted())).toEqual([
    ['single-quotes', 'trailing-commas', 'truncated'],
  ]);
});
