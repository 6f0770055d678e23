import { once } from 'node:events';
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { expect, it } from 'vitest';
import type { EventHubsEmulator } from '../../local/event-hubs/emulator.ts';
import { trustedCertificate } from '../support/certificate.ts';
import { HOUR_S, issueToken, keyPair } from '../support/tokens.ts';
import { closedAtTheEnd, emulator, HUB, NO_RETRIES, plainClient, readTexts } from './harness.ts';

const KEYS = keyPair();
const RETRIES = { retryOptions: NO_RETRIES };

function withIdentities(now: () => number = Date.now): Promise<EventHubsEmulator> {
  return emulator({ now, identity: { ...trustedCertificate(), issuerKey: KEYS.publicKey } });
}

function credential() {
  const token = issueToken(KEYS, { clientId: 'somebody', resource: 'https://eventhubs.azure.net' });
  return { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + HOUR_S * 1_000 }) };
}

function identityProducer({ fullyQualifiedNamespace = '' }: EventHubsEmulator): EventHubProducerClient {
  return closedAtTheEnd(new EventHubProducerClient(fullyQualifiedNamespace, HUB, credential(), RETRIES));
}

it('sends and reads with a token', async () => {
  const hubs = await withIdentities();
  const namespace = hubs.fullyQualifiedNamespace ?? '';
  const reader = new EventHubConsumerClient('$Default', namespace, HUB, credential(), RETRIES);

  await identityProducer(hubs).sendBatch([{ body: Buffer.from('a') }], { partitionId: '0' });

  expect(await readTexts(closedAtTheEnd(reader), { count: 1 })).toEqual(['a']);
});

it('refuses a key', async () => {
  const hubs = await withIdentities();
  const withKey =
    `Endpoint=sb://${hubs.fullyQualifiedNamespace};SharedAccessKeyName=RootManageSharedAccessKey;` +
    'SharedAccessKey=SAS_KEY_VALUE';
  const client = closedAtTheEnd(new EventHubProducerClient(withKey, HUB, RETRIES));

  await expect(client.getPartitionIds()).rejects.toThrow('InvalidToken');
});

it('refuses links of a client that has brought no token', async () => {
  const hubs = await withIdentities();
  const port = Number(hubs.fullyQualifiedNamespace?.split(':')[1]);
  const connection = plainClient(hubs, { transport: 'tls', host: 'localhost', port });

  const sender = connection.open_sender(HUB);
  const receiver = connection.open_receiver(`${HUB}/ConsumerGroups/$Default/Partitions/0`);
  await Promise.all([once(sender, 'sender_close'), once(receiver, 'receiver_close')]);

  const refused = { condition: 'amqp:unauthorized-access' };
  expect([sender.error, receiver.error]).toMatchObject([refused, refused]);
});

it('forgets a token when it has expired', async () => {
  let now = Date.now();
  const hubs = await withIdentities(() => now);
  const client = identityProducer(hubs);
  expect(await client.getPartitionIds()).toEqual(['0', '1']);

  now += HOUR_S * 1_000;

  await expect(client.getPartitionIds()).rejects.toThrow('Unauthorized access');
});
