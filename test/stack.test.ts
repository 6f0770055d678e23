import { expect, onTestFinished, test } from 'vitest';
import { startStack } from '../local/stack.ts';
import type { DrainProgress } from '../local/stack.ts';

const MESSAGES = ['{"a":1}', '{"b":2}', '{"c":3}'].map((text) => Buffer.from(text));

test('what a host that was killed has not done, the next one does', async () => {
  const stack = await startStack({ partitions: 2 });
  onTestFinished(stack.close);
  await stack.send(MESSAGES);
  await stack.drain();

  await stack.host.kill();
  await stack.send(MESSAGES);
  await expect(stack.drain()).rejects.toThrow(/The process of the Functions host has ended[^]*Executed/);
  await stack.host.restart();
  const seen: DrainProgress[] = [];
  await stack.drain((progress) => {
    seen.push(progress);
  });

  expect(seen[0]).toMatchObject({ sent: 6, takenIn: 3 });
  expect(seen.at(-1)).toEqual({ sent: 6, takenIn: 6, passedOn: 6, handedOver: 6 });
});

test('an app that cannot start is an Error that says why', async () => {
  const starting = startStack({ settings: { SLUICE_COMPRESSION: 'zip' } });

  await expect(starting).rejects.toThrow('SLUICE_COMPRESSION is "zip": expected gzip or zstd or none.');
});
