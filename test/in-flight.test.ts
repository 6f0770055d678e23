import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { InFlight } from '../shared/in-flight.ts';
import { bytesAtOnce } from '../shared/prepare.ts';
import { DECISION_BYTES } from '../shared/sorter.ts';

function message(body: Buffer) {
  return { sequenceNumber: 0, enqueuedTime: 0, body };
}

/** Actions that end when they are told to. */
function actions(inFlight: InFlight) {
  const running = new Map<string, (error?: Error) => void>();
  const begin = (name: string, weight: number) =>
    inFlight.run(
      weight,
      () =>
        new Promise<string>((resolve, reject) => {
          running.set(name, (error) => {
            running.delete(name);
            if (error) reject(error);
            else resolve(name);
          });
        }),
    );
  return { begin, end: (name: string, error?: Error) => running.get(name)?.(error), running };
}

test('what has room runs at once, the rest in the order of coming', async () => {
  const { begin, end, running } = actions(new InFlight(10));
  const all = Promise.all([begin('a', 6), begin('b', 4), begin('c', 5), begin('d', 1)]);
  await turn();
  expect([...running.keys()]).toEqual(['a', 'b']);

  // There would be room for d, but c was first.
  end('b');
  await turn();
  expect([...running.keys()]).toEqual(['a']);

  end('a');
  await turn();
  expect([...running.keys()]).toEqual(['c', 'd']);

  end('c');
  end('d');
  expect(await all).toEqual(['a', 'b', 'c', 'd']);
});

test('what is heavier than all room goes alone', async () => {
  const { begin, end, running } = actions(new InFlight(10));
  const all = Promise.all([begin('a', 1), begin('heavy', 100), begin('b', 1)]);
  await turn();
  expect([...running.keys()]).toEqual(['a']);
  end('a');
  await turn();
  expect([...running.keys()]).toEqual(['heavy']);
  end('heavy');
  await turn();
  end('b');
  expect(await all).toEqual(['a', 'heavy', 'b']);
});

test('what fails makes room too, and tells its own caller alone', async () => {
  const { begin, end, running } = actions(new InFlight(10));
  const [failing, waiting] = [begin('a', 10), begin('b', 10)];
  await turn();
  end('a', new Error('storage is down'));
  await expect(failing).rejects.toThrow('storage is down');
  expect([...running.keys()]).toEqual(['b']);
  end('b');
  expect(await waiting).toBe('b');
});

test('a batch weighs what it has in memory at once: no more than a decision, and all of one where it is packed', () => {
  expect(bytesAtOnce([message(Buffer.alloc(1_000)), message(Buffer.alloc(24))])).toBe(1_024);
  expect(bytesAtOnce([message(Buffer.alloc(DECISION_BYTES + 1))])).toBe(DECISION_BYTES);
  expect(bytesAtOnce([message(gzipSync('{}'))])).toBe(DECISION_BYTES);
});
