import path from 'node:path';
import { expect, test } from 'vitest';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { drained, readComplete, sendTo, startApp, startSite } from '../support/site.ts';

const appFolder = path.join(import.meta.dirname, 'apps', 'two-functions');

test('two functions on one category both get all of its records, and a third that fails harms neither', async () => {
  const site = await startSite();
  await startApp(site, { appFolder });
  const shared = Array.from({ length: 30 }, (_, n) => recordOf('Shared', { n }));
  const other = recordOf('Other', { n: 0 });

  await sendTo(
    site,
    '0',
    shared.slice(0, 15).map((record) => envelopeOf(record, other)),
  );
  await sendTo(
    site,
    '1',
    shared.slice(15).map((record) => envelopeOf(record)),
  );
  await drained(site);

  const { read, deadLetters } = await readComplete(site);
  const alertsOf = (name: string) => read.alerts.filter(({ functionName }) => functionName === name);
  for (const name of ['first', 'second']) {
    const subjects = alertsOf(name).map(({ subject }) => subject);
    expect(subjects.toSorted()).toEqual(shared.toSorted());
  }
  expect(alertsOf('failing')).toEqual([]);
  expect(new Set(deadLetters.map(({ reason, handler }) => `${reason} ${handler}`))).toEqual(
    new Set(['handler-failed failing']),
  );
  expect(deadLetters.map(({ bytes }) => bytes.toString()).toSorted()).toEqual(shared.toSorted());
});
