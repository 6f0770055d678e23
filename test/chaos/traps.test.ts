import { expect, test } from 'vitest';
import type { FaultKind } from '../../scripts/chaos/kinds.ts';
import { createTraps } from '../../scripts/chaos/traps.ts';

function traps() {
  const sprung: FaultKind[] = [];
  return { sprung, ...createTraps<string, string>((kind) => sprung.push(kind)) };
}

test('a trap lets operations pass, springs so often, and is gone', () => {
  const { set, check, sprung } = traps();
  set({
    kind: 'storage 500',
    on: (operation) => operation === 'commit',
    skip: 1,
    lasts: { times: 2 },
    spring: () => 'refused',
  });

  const faults = ['commit', 'stage', 'commit', 'commit', 'commit'].map(check);

  expect(faults).toEqual([undefined, undefined, 'refused', 'refused', undefined]);
  expect(sprung).toEqual(['storage 500', 'storage 500']);
});

test('a trap that lasts for a time counts once', () => {
  const { set, check, sprung } = traps();
  set({ kind: 'tables gone', on: () => true, skip: 0, lasts: { ms: 60_000 }, spring: () => 'gone' });

  expect([check('read'), check('decide'), check('read')]).toEqual(['gone', 'gone', 'gone']);
  expect(sprung).toEqual(['tables gone']);
});

test('of two traps for an operation, the first one springs; the other one has seen it all the same when it springs next', () => {
  const { set, check, clear, sprung } = traps();
  const trap = { on: () => true, skip: 0, lasts: { times: 1 } };
  set({ ...trap, kind: 'storage 412', spring: () => 'first' });
  set({ ...trap, kind: 'storage 503', counts: false, spring: () => 'second' });

  expect([check('a'), check('b'), check('c')]).toEqual(['first', 'second', undefined]);
  expect(sprung).toEqual(['storage 412']);
  set({ ...trap, kind: 'storage 500', spring: () => 'third' });
  clear();
  expect(check('d')).toBeUndefined();
});
