import { expect, test } from 'vitest';
import { functionNames } from '../shared/function-names.ts';

/** What Azure takes for the name of a function, and Linux for that of the setting that disables it. */
const AZURE_NAME = /^[A-Za-z]\w{0,126}$/;

test('the only hub needs no name', () => {
  expect(functionNames('ingest', ['logs'])).toEqual(['ingest']);
  expect(functionNames('ingest', [])).toEqual([]);
});

test('several are named after their hubs', () => {
  expect(functionNames('ingest', ['activity', 'de.fender_1'])).toEqual([
    'ingest_activity',
    'ingest_de_fender_1',
  ]);
});

test.each([[['logs', 'logs']], [['a.b', 'a-b', 'a-b-2', 'a_b']], [['x'.repeat(256), 'x'.repeat(255)]]])(
  'no two are the same, and Azure takes each: %j',
  (hubs) => {
    const names = functionNames('records', hubs);

    expect(new Set(names).size).toBe(hubs.length);
    for (const name of names) expect(name).toMatch(AZURE_NAME);
  },
);

test('a hub that is added at the end renames none of those before it', () => {
  const hubs = ['logs', 'a.b', 'a-b'];

  expect(functionNames('ingest', [...hubs, 'new']).slice(0, hubs.length)).toEqual(
    functionNames('ingest', hubs),
  );
});
