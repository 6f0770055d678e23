import { latestEventPosition } from '@azure/event-hubs';
import type { EventHubProducerClient } from '@azure/event-hubs';
import { expect, test } from 'vitest';
import type { AccessPolicy } from '../../local/event-hubs/emulator.ts';
import { consumer, emulator, producer } from './harness.ts';

const POLICIES: readonly AccessPolicy[] = [
  { name: 'all', key: 'key of all', claims: ['Manage'] },
  { name: 'sends', key: 'key+of/sends==', claims: ['Send'] },
  { name: 'listens', key: 'key of listens', claims: ['Listen'] },
];

async function guarded(now?: () => number) {
  const hubs = await emulator({ policies: POLICIES, ...(now && { now }) });
  const as = (name: string, key = POLICIES.find((policy) => policy.name === name)?.key): string =>
    `Endpoint=sb://localhost:${hubs.port};SharedAccessKeyName=${name};SharedAccessKey=${key};UseDevelopmentEmulator=true`;
  const sender = (connectionString: string): EventHubProducerClient =>
    producer({ ...hubs, connectionString });
  const receive = async (connectionString: string): Promise<unknown> => {
    const client = consumer({ ...hubs, connectionString });
    const outcome = Promise.withResolvers<unknown>();
    client.subscribe(
      '0',
      {
        processEvents: async (events) => outcome.resolve(events.length),
        processError: async (error) => outcome.reject(error),
      },
      { startPosition: latestEventPosition, maxWaitTimeInSeconds: 1 },
    );
    return outcome.promise;
  };
  return { as, sender, receive };
}

test('a key of a policy lets its holder do what the policy claims, and no more', async () => {
  const { as, sender, receive } = await guarded();

  await sender(as('sends')).sendBatch([{ body: 'a' }]);
  await sender(as('all')).sendBatch([{ body: 'b' }]);
  expect(await receive(as('listens'))).toBe(0);
  expect(await sender(as('listens')).getPartitionIds()).toHaveLength(2);

  await expect(sender(as('listens')).sendBatch([{ body: 'c' }])).rejects.toMatchObject({
    code: 'UnauthorizedError',
    message: expect.stringContaining("'Send' claim(s) are required") as string,
  });
  await expect(receive(as('sends'))).rejects.toMatchObject({
    code: 'UnauthorizedError',
    message: expect.stringContaining("'Listen' claim(s) are required") as string,
  });
});

test.each([
  ['another key', 'all', 'another'],
  ['a policy that there is not', 'nobody', 'key of all'],
])('%s is refused', async (_, name, key) => {
  const { as, sender } = await guarded();

  await expect(sender(as(name, key)).getEventHubProperties()).rejects.toMatchObject({
    code: 'UnauthorizedError',
    message: 'InvalidSignature: The token has an invalid signature.',
  });
});

test('a token that has expired is refused', async () => {
  const inTwoHours = Date.now() + 2 * 3_600_000;
  const { as, sender } = await guarded(() => inTwoHours);

  await expect(sender(as('all')).getEventHubProperties()).rejects.toMatchObject({
    code: 'UnauthorizedError',
  });
});
