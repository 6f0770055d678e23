import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkpointOf, eventually, recordingHost, send, settingsFor, startStack } from './stack.ts';
import type { RecordingHost, Stack } from './stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

interface Invocation {
  readonly messages: readonly unknown[];
  /** Lists are of the messages, and all else is the same for all of them. */
  readonly triggerMetadata: Readonly<Record<string, unknown>>;
}

/** By all invocations together: what is sent at once may come in parts, where the machine is busy. */
function handedOver(host: RecordingHost, functionName: string): Invocation {
  const all = host.said(functionName) as readonly Invocation[];
  const none: Invocation = { messages: [], triggerMetadata: {} };
  return all.reduce(
    (sum, { messages, triggerMetadata }) => ({
      messages: [...sum.messages, ...messages],
      triggerMetadata: joinLists(sum.triggerMetadata, triggerMetadata),
    }),
    none,
  );
}

function joinLists(
  before: Invocation['triggerMetadata'],
  after: Invocation['triggerMetadata'],
): Invocation['triggerMetadata'] {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]): [string, unknown] => {
      const list = before[name];
      return [
        name,
        Array.isArray(list) && Array.isArray(value)
          ? [...(list as unknown[]), ...(value as unknown[])]
          : value,
      ];
    }),
  );
}

describe('what a function is handed', () => {
  test("dataType: 'binary' has every body, byte by byte, and metadata with Azure's traps", async () => {
    const notUtf8 = Buffer.from([0xff, 0xfe, 0x00]);
    await send(
      stack,
      'binary',
      [
        {
          body: Buffer.from('{"ReportId": 639199803770463703}'),
          properties: { Category: 'SignInLogs', 'x-y': 1 },
        },
        { body: Buffer.alloc(0), contentType: 'application/json' },
        { body: notUtf8 },
      ],
      { partitionId: '1' },
    );

    const host = await recordingHost('events', settingsFor(stack, ['binary']));
    await eventually(() => handedOver(host, 'binary').messages).toHaveLength(3);

    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?$/) as unknown;
    const system = {
      partitionKey: null,
      enqueuedTimeUtc: time,
      'x-opt-offset': expect.any(String) as unknown,
    };
    expect(handedOver(host, 'binary')).toEqual({
      messages: [
        Buffer.from('{"ReportId": 639199803770463703}').toString('hex'),
        '',
        notUtf8.toString('hex'),
      ],
      triggerMetadata: expect.objectContaining({
        partitionContext: {
          fullyQualifiedNamespace: 'localhost',
          eventHubName: 'binary',
          consumerGroup: '$Default',
          partitionId: '1',
          isCheckpointingAfterInvocation: true,
        },
        partitionKeyArray: [],
        sequenceNumberArray: [0, 1, 2],
        offsetArray: [expect.any(Number), expect.any(Number), expect.any(Number)],
        enqueuedTimeUtcArray: [time, time, time],
        propertiesArray: [{ category: 'SignInLogs', 'x-y': 1 }, {}, {}],
        systemPropertiesArray: [
          expect.objectContaining({ ...system, sequenceNumber: 0, offset: expect.any(String) as unknown }),
          expect.objectContaining({ ...system, sequenceNumber: 1, 'content-type': 'application/json' }),
          expect.objectContaining({ ...system, sequenceNumber: 2 }),
        ],
      }) as unknown,
    });
  });

  test('the default decodes, parses JSON, and drops empty bodies and missing keys', async () => {
    await send(
      stack,
      'text',
      [{ body: Buffer.from('{"a": 1}') }, { body: Buffer.alloc(0) }, { body: Buffer.from('7x') }],
      {
        partitionKey: '123',
      },
    );

    const host = await recordingHost('events', settingsFor(stack, ['text']));
    await eventually(() => handedOver(host, 'text').triggerMetadata['sequenceNumberArray']).toHaveLength(3);

    expect(handedOver(host, 'text')).toMatchObject({
      messages: [{ a: 1 }, '7x'],
      triggerMetadata: { sequenceNumberArray: [0, 1, 2], partitionKeyArray: [123, 123, 123] },
    });
  });

  test('cardinality one is an invocation per event, in order', async () => {
    await send(stack, 'single', [{ body: Buffer.from('first') }, { body: Buffer.from('second') }], {
      partitionId: '0',
    });

    const host = await recordingHost('events', settingsFor(stack, ['single']));
    await eventually(() => host.said('single')).toHaveLength(2);

    expect(host.said('single')).toMatchObject([
      { messages: 'first', triggerMetadata: { sequenceNumber: 0, partitionContext: { partitionId: '0' } } },
      { messages: 'second', triggerMetadata: { sequenceNumber: 1, systemProperties: { sequenceNumber: 1 } } },
    ]);
  });
});

test('a connection that breaks while nothing comes is noticed at once, not when the SDK has waited for a minute', async () => {
  const host = await recordingHost('events', settingsFor(stack, ['single']));
  const sendOne = async (): Promise<void> =>
    send(stack, 'single', [{ body: Buffer.from('x') }], { partitionId: '0' });
  await sendOne();
  await eventually(() => host.ends.length).toBeGreaterThan(0);
  const before = host.ends.length;
  let breaks = 0;
  stack.hubs.onOperation = ({ kind }) =>
    kind === 'receive' && breaks++ === 0 ? { error: 'disconnect' } : undefined;
  onTestFinished(() => {
    stack.hubs.onOperation = undefined;
  });

  await sendOne();

  await expect.poll(() => host.ends.length, { timeout: 30_000 }).toBeGreaterThan(before);
  expect(breaks).toBeGreaterThan(1);
});

describe('the checkpoint', () => {
  test('moves past a batch that fails, if there is no retry policy: the batch is lost', async () => {
    const host = await recordingHost('events', settingsFor(stack, ['text']));
    const before = stack.hubs.hub('text').partitions[0]?.lastSequenceNumber ?? -1;

    await send(stack, 'text', [{ body: Buffer.from('fail') }], { partitionId: '0' });
    await eventually(() => checkpointOf(stack, 'text', '0')).toBe(before + 1);

    expect(host.ends).toMatchObject([
      { functionName: 'text', ok: false, error: 'told to fail', partition: '0', events: 1, retryCount: 0 },
    ]);
  });

  test('a rejection with nothing is a success', async () => {
    const host = await recordingHost('events', settingsFor(stack, ['text']));

    await send(stack, 'text', [{ body: Buffer.from('reject with nothing') }], { partitionId: '0' });
    await eventually(() => host.ends).toHaveLength(1);

    expect(host.ends).toMatchObject([{ ok: true }]);
  });

  test('moves past a batch that fails when its N retries are spent', async () => {
    await send(stack, 'retried', [{ body: Buffer.from('fail') }], { partitionId: '0' });

    const host = await recordingHost('events', settingsFor(stack, ['retried']));
    await eventually(() => checkpointOf(stack, 'retried', '0')).toBe(0);

    expect(host.ends.map(({ ok, retryCount }) => [ok, retryCount])).toEqual([
      [false, 0],
      [false, 1],
      [false, 2],
    ]);
    expect(host.said('retried').at(-1)).toMatchObject({
      retryContext: { retryCount: 2, maxRetryCount: 2, exception: { message: 'told to fail' } },
    });
  });

  test('never moves with maxRetryCount -1, and the other partitions go on', async () => {
    await send(stack, 'stuck', [{ body: Buffer.from('fail') }], { partitionId: '0' });
    await send(stack, 'stuck', [{ body: Buffer.from('fine') }], { partitionId: '1' });

    const host = await recordingHost('events', settingsFor(stack, ['stuck']));
    await eventually(() => host.ends.filter(({ ok }) => !ok).length).toBeGreaterThan(5);
    await eventually(() => checkpointOf(stack, 'stuck', '1')).toBe(0);
    await host.close();

    expect(await checkpointOf(stack, 'stuck', '0')).toBeUndefined();
    expect(host.ends.filter(({ partition }) => partition === '0').every(({ ok }) => !ok)).toBe(true);
  });

  test('stays where it was when the host stops while the function runs, and the batch comes again', async () => {
    const gate = await startGate();
    const settings = { ...settingsFor(stack, ['slow']), GATE: gate.url };
    const first = await recordingHost('events', settings);
    await send(stack, 'slow', [{ body: Buffer.from('slow') }], { partitionId: '0' });
    await gate.entered;

    const closed = first.close();
    await eventually(() => first.logs.map(({ message }) => message)).toContain('Stopping JobHost');
    gate.open();
    await closed;
    expect(first.ends).toMatchObject([{ ok: true, firstSequenceNumber: 0 }]);
    expect(await checkpointOf(stack, 'slow', '0')).toBeUndefined();
    const second = await recordingHost('events', settings);

    await eventually(() => checkpointOf(stack, 'slow', '0')).toBe(0);
    expect(second.ends).toMatchObject([{ ok: true, firstSequenceNumber: 0, retryCount: 0 }]);
  });
});

describe('hosts on the same storage', () => {
  test('share the partitions, and what one leaves or dies on the other takes', async () => {
    const settings = { ...settingsFor(stack, ['binary']), GROUP: '$Default' };
    const first = await recordingHost('events', settings);
    const second = await recordingHost('events', settings);
    const partitions = (host: typeof first): Set<unknown> =>
      new Set(host.ends.map(({ partition }) => partition));
    const feed = async (): Promise<void> => {
      for (const partitionId of ['0', '1'])
        await send(stack, 'binary', [{ body: Buffer.from('x') }], { partitionId });
    };

    await eventually(async () => {
      first.ends.length = 0;
      second.ends.length = 0;
      await feed();
      await expect
        .poll(() => first.ends.length + second.ends.length, { timeout: 3_000 })
        .toBeGreaterThanOrEqual(2);
      return [partitions(first).size, partitions(second).size];
    }).toEqual([1, 1]);
    await first.kill();
    second.ends.length = 0;
    await feed();

    await eventually(() => partitions(second).size).toBe(2);
  });
});

test('a function that is disabled is listed and not run', async () => {
  const host = await recordingHost('events', settingsFor(stack, ['single']));
  await send(stack, 'retried', [{ body: Buffer.from('for nobody') }], { partitionId: '1' });
  await send(stack, 'single', [{ body: Buffer.from('x') }], { partitionId: '1' });
  await eventually(() => host.ends.length).toBeGreaterThan(0);

  expect(new Set(host.ends.map(({ functionName }) => functionName))).toEqual(new Set(['single']));
  expect(host.functions.filter(({ detail }) => detail === 'disabled').map(({ name }) => name)).toEqual([
    'binary',
    'text',
    'retried',
    'stuck',
    'slow',
    'off',
  ]);
});

/** A server that lets a function wait until it is opened. */
async function startGate(): Promise<{ url: string; entered: Promise<void>; open: () => void }> {
  const entered = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    entered.resolve();
    opened.promise.then(
      () => response.end(),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, entered: entered.promise, open: opened.resolve };
}
