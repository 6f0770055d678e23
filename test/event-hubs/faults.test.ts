import { describe, expect, it } from 'vitest';
import type { EventHubsEmulator, Fault, Operation } from '../../local/event-hubs/emulator.ts';
import { consumer, emulator, HUB, producer, read, readTexts, sendTexts } from './harness.ts';

const RETRIES = { maxRetries: 3, retryDelayInMs: 1, timeoutInMs: 1000 };

/** Spoils the first operation of a kind. */
function spoilFirst(hubs: EventHubsEmulator, kind: Operation['kind'], fault: Fault): Operation[] {
  const spoilt: Operation[] = [];
  hubs.onOperation = (operation) => {
    if (operation.kind !== kind || spoilt.length > 0) return undefined;
    spoilt.push(operation);
    return fault;
  };
  return spoilt;
}

function storedTexts(hubs: EventHubsEmulator): string[] {
  return (
    hubs
      .hub(HUB)
      .partitions[0]?.events()
      .map(({ body }) => String(body)) ?? []
  );
}

describe('a fault in a send', () => {
  it.each<[string, Fault, string[]]>([
    ['a busy hub', { error: 'server-busy' }, ['a']],
    ['a broken connection', { error: 'disconnect' }, ['a']],
    ['a lost answer', { loseAnswer: true }, ['a', 'a']],
  ])('is got over by the SDK, which tries again: %s', async (_, fault, expected) => {
    const hubs = await emulator();
    const spoilt = spoilFirst(hubs, 'send', fault);

    await producer(hubs, HUB, RETRIES).sendBatch([{ body: Buffer.from('a') }], { partitionId: '0' });

    expect(spoilt).toEqual([{ kind: 'send', hub: HUB, partition: '0' }]);
    expect(storedTexts(hubs)).toEqual(expected);
  });

  it('is final where the hub refuses', async () => {
    const hubs = await emulator();
    spoilFirst(hubs, 'send', { error: 'refuse' });

    const sending = producer(hubs, HUB, RETRIES).sendBatch([{ body: 'a' }]);

    await expect(sending).rejects.toMatchObject({ code: 'InvalidOperationError' });
    expect(storedTexts(hubs)).toEqual([]);
  });

  it.each(['a', 'b', 'c'])('turns down that one of several which come at once: %s', async (refused) => {
    const hubs = await emulator();
    const client = producer(hubs);
    await client.sendBatch([{ body: Buffer.from('first') }], { partitionId: '0' });
    const texts = ['a', 'b', 'c'];
    let sends = 0;
    hubs.onOperation = ({ kind }) =>
      kind === 'send' && texts[sends++] === refused ? { error: 'refuse' } : undefined;

    const outcomes = await Promise.allSettled(
      texts.map((text) => client.sendBatch([{ body: Buffer.from(text) }], { partitionId: '0' })),
    );

    const accepted = texts.filter((_, i) => outcomes[i]?.status === 'fulfilled');
    expect(accepted).toEqual(texts.filter((text) => text !== refused));
    expect(storedTexts(hubs)).toEqual(['first', ...accepted]);
  });

  it('may be a delay, which keeps the order of a link', async () => {
    const hubs = await emulator();
    const client = producer(hubs);
    await client.sendBatch([{ body: Buffer.from('first') }], { partitionId: '0' });
    spoilFirst(hubs, 'send', { delayMs: 50 });

    await Promise.all(
      ['a', 'b', 'c'].map((text) => client.sendBatch([{ body: Buffer.from(text) }], { partitionId: '0' })),
    );

    expect(storedTexts(hubs)).toEqual(['first', 'a', 'b', 'c']);
  });

  it('that breaks the connection leaves what came with it undone', async () => {
    const hubs = await emulator();
    const client = producer(hubs);
    await client.sendBatch([{ body: Buffer.from('first') }], { partitionId: '0' });
    spoilFirst(hubs, 'send', { error: 'disconnect' });

    const sends = ['a', 'b', 'c'].map((text) =>
      client.sendBatch([{ body: Buffer.from(text) }], { partitionId: '0' }),
    );

    expect((await Promise.allSettled(sends)).map(({ status }) => status)).toEqual(
      sends.map(() => 'rejected'),
    );
    expect(storedTexts(hubs)).toEqual(['first']);
  });
});

describe('a fault elsewhere', () => {
  it.each<[Operation['kind'], Fault, string]>([
    ['attach', { error: 'server-busy' }, 'ServerBusyError'],
    ['attach', { error: 'refuse' }, 'InvalidOperationError'],
    ['receive', { error: 'server-busy' }, 'ServerBusyError'],
    ['receive', { error: 'refuse' }, 'InvalidOperationError'],
  ])('reaches a consumer: %s %o', async (kind, fault, code) => {
    const hubs = await emulator();
    await sendTexts(hubs, ['a']);
    spoilFirst(hubs, kind, fault);

    const reading = read(consumer(hubs), { count: 1 });

    await expect(reading).rejects.toMatchObject({ code });
  });

  it('may delay what a consumer is given', async () => {
    const hubs = await emulator();
    await sendTexts(hubs, ['a', 'b']);
    const spoilt = spoilFirst(hubs, 'receive', { delayMs: 20 });

    const texts = await readTexts(consumer(hubs), { count: 2 });

    expect(texts).toEqual(['a', 'b']);
    expect(spoilt).toHaveLength(1);
  });

  it.each<[Fault]>([
    [{ error: 'server-busy' }],
    [{ error: 'disconnect' }],
    [{ loseAnswer: true }],
    [{ delayMs: 20 }],
  ])('is got over by the SDK in a management request: %o', async (fault) => {
    const hubs = await emulator();
    const spoilt = spoilFirst(hubs, 'management', fault);

    const ids = await producer(hubs, HUB, RETRIES).getPartitionIds();

    expect(ids).toEqual(['0', '1']);
    expect(spoilt).toHaveLength(1);
  });

  it('reaches a consumer as a connection that breaks, after which it may read again', async () => {
    const hubs = await emulator();
    await sendTexts(hubs, ['a', 'b']);
    const spoilt = spoilFirst(hubs, 'receive', { error: 'disconnect' });
    const client = consumer(hubs);

    await readTexts(client, { count: 1, maxWaitTimeInSeconds: 1 });

    expect(spoilt).toHaveLength(1);
  });
});
