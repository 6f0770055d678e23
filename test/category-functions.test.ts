import { describe, expect, test } from 'vitest';
import { blockCodec, COMPRESSIONS } from '../shared/blocks/block-codec.ts';
import { callCategoryFunctions, RETRY_DELAYS } from '../shared/category-functions/category-functions.ts';
import type { CategoryRecord } from '../shared/category-record.ts';
import { bytesOf } from '../shared/take-apart/raw-body.ts';
import type { DeadLetterLine } from '../shared/take-apart/dead-letter.ts';
import { FailedRecords } from '../shared/category-functions/failed-records.ts';
import { onCategory } from '../shared/on-category.ts';
import { ingest } from '../shared/pipeline.ts';
import type { BlobStore } from '../shared/sinks.ts';
import { memoryBlobStore, memoryRecordsHub, memoryTable } from '../local/memory-sinks.ts';
import type { MemoryBlobStore } from '../local/memory-sinks.ts';
import { depsOver } from './support/deps.ts';
import { messagesOf, PARTITION, recordOf, START } from './support/messages.ts';
import { batchOf, categoryBench, recordsMessage } from './support/records-messages.ts';

// What is registered stays so for the whole file: each test has a category of its own.

/** Registers a function that keeps what it is handed; `fails` may throw before it does. */
function collector(
  category: string,
  name: string,
  fails: (records: readonly CategoryRecord[]) => void = () => {},
): CategoryRecord[] {
  const got: CategoryRecord[] = [];
  const handler = {
    [name](records: readonly CategoryRecord[]): void {
      fails(records);
      got.push(...records);
    },
  }[name];
  if (handler) onCategory(category, handler);
  return got;
}

function textsOf(records: readonly CategoryRecord[]): string[] {
  return records.map(({ bytes }) => bytes.toString());
}

/** The handlers' dead letters by the name of their blob. */
function lettersIn({ blobs }: MemoryBlobStore): Map<string, (DeadLetterLine & { handler: string })[]> {
  const letters = [...blobs].filter(([key]) => key.startsWith('dead-letter/handlers/'));
  return new Map(
    letters.map(([key, { body }]) => {
      const lines = body.toString().split('\n').slice(0, -1);
      return [key, lines.map((line) => JSON.parse(line) as DeadLetterLine & { handler: string })] as const;
    }),
  );
}

/** Registers a function that fails on records with an odd number; answers what it is handed. */
function failingOnOdd(category: string, name: string) {
  const got: string[][] = [];
  const handler = {
    [name](handed: readonly CategoryRecord[]): void {
      got.push(textsOf(handed));
      throw new FailedRecords(
        'odd ones',
        handed.filter((record) => Number(record.at('/n')) % 2 === 1),
      );
    },
  }[name];
  if (handler) onCategory(category, handler);
  return got;
}

function fail(): never {
  throw new Error('told to fail');
}

test('every function of a category gets all of its records, in order, and nothing else', async () => {
  const first = collector('unknown/Both', 'first');
  const second = collector('unknown/Both', 'second');
  const { deps } = categoryBench();

  await callCategoryFunctions(
    batchOf(
      recordsMessage('unknown/Both', ['{"n":1}', '{ "n": 2 }']),
      recordsMessage('unknown/Another', ['{"n":3}'], { sequenceNumber: 1 }),
      recordsMessage('unknown/Both', ['{"n":4}'], { sequenceNumber: 2 }),
    ),
    deps,
  );

  expect(textsOf(first)).toEqual(['{"n":1}', '{ "n": 2 }', '{"n":4}']);
  expect(textsOf(second)).toEqual(textsOf(first));
});

test('records come with their ids, their keys, their category and whether they are valid', async () => {
  const got = collector('unknown/Facts', 'facts');
  const { deps } = categoryBench();
  const keys = JSON.stringify(['k0', null]);

  await callCategoryFunctions(
    batchOf(
      recordsMessage('unknown/Facts', ['{"n":1}', '{"n":2}'], { sequenceNumber: 7, recordKeys: keys }),
      recordsMessage('unknown/Facts', ['{"n":3}'], { sequenceNumber: 8, valid: false }),
    ),
    deps,
  );

  const id = 'contoso/logs/0/2026-11-20T10:11:00.000Z';
  expect(got).toMatchObject([
    { id: `${id}/7/0`, key: 'k0', category: 'unknown/Facts', valid: true, value: { n: 1 } },
    { id: `${id}/7/1`, key: undefined, valid: true },
    { id: `${id}/8/0`, key: undefined, valid: false },
  ]);
});

test('somebody is told of alerts once all are written down, of each once', async () => {
  onCategory('unknown/Telling', async function telling(records, { alert }) {
    for (const record of [...records, ...records]) await alert(record, { title: 'told', severity: 'low' });
  });
  const bench = categoryBench();
  const order: string[] = [];
  const alerts: typeof bench.deps.alerts = {
    raise: async (...args) => {
      order.push('raised');
      return bench.deps.alerts.raise(...args);
    },
    notify: async () => {
      order.push('told');
    },
  };

  await callCategoryFunctions(batchOf(recordsMessage('unknown/Telling', ['{}', '{}'])), {
    ...bench.deps,
    alerts,
  });

  expect(order).toEqual(['raised', 'raised', 'raised', 'raised', 'told', 'told']);
});

test('where nobody can be told, the records are dead letters, and the alerts stay', async () => {
  onCategory('unknown/Untold', async function untold(records, { alert }) {
    for (const record of records) await alert(record, { title: 'untold', severity: 'low' });
  });
  const { deps, alerts, store } = categoryBench();
  const down = { ...deps.alerts, notify: () => Promise.reject(new Error('the webhook is down')) };

  await callCategoryFunctions(batchOf(recordsMessage('unknown/Untold', ['{}', '{}'])), {
    ...deps,
    alerts: down,
  });

  expect(new Set(alerts)).toEqual(new Set(['untold untold']));
  expect([...lettersIn(store).values()].flat()).toMatchObject([
    { detail: expect.stringContaining('the webhook is down') as string },
    {},
  ]);
});

test('alerts carry the name of the function', async () => {
  onCategory('unknown/Alerting', async function watchful(records, { alert, name }) {
    for (const record of records) await alert(record, { title: `seen by ${name}`, severity: 'low' });
  });
  const { deps, alerts } = categoryBench();

  await callCategoryFunctions(batchOf(recordsMessage('unknown/Alerting', ['{}', '{}'])), deps);

  expect(alerts).toEqual(['watchful seen by watchful', 'watchful seen by watchful']);
});

describe('a function that fails', () => {
  test('is called again after each of the delays, and all is well if it succeeds then', async () => {
    let failures = RETRY_DELAYS.length;
    const got = collector('unknown/Mended', 'mended', () => failures-- > 0 && fail());
    const { deps, slept, store } = categoryBench();

    await callCategoryFunctions(batchOf(recordsMessage('unknown/Mended', ['{"n":1}'])), deps);

    expect(slept).toEqual(RETRY_DELAYS);
    expect(textsOf(got)).toEqual(['{"n":1}']);
    expect(lettersIn(store).size).toBe(0);
  });

  test('leaves its records as dead letters under its name; the others get theirs all the same', async () => {
    const other = collector('unknown/Broken', 'unharmed');
    collector('unknown/Broken', 'broken', fail);
    const { deps, store, logged } = categoryBench();
    const records = ['{"ReportId": 639199803770463703}', '{"é":"\\u0000"}'];

    await callCategoryFunctions(batchOf(recordsMessage('unknown/Broken', records)), deps);

    expect(textsOf(other)).toEqual(records);
    const letters = [...lettersIn(store).values()].flat();
    expect(letters.map((letter) => bytesOf(letter).toString())).toEqual(records);
    expect(letters[1]).toMatchObject({
      recordId: 'contoso/logs/0/2026-11-20T10:11:00.000Z/0/1',
      source: 'unknown',
      category: 'Broken',
      reason: 'handler-failed',
      handler: 'broken',
      detail: expect.stringContaining('told to fail') as string,
      enqueuedTime: '2026-11-20T10:11:00.000Z',
    });
    expect(logged.map((line) => line.split(' failed')[0])).toEqual([
      'warn: Category function broken',
      'warn: Category function broken',
      'warn: Category function broken',
      'error: Category function broken',
    ]);
  });

  test('makes the same dead letters, once, when the message comes again', async () => {
    collector('unknown/Again', 'again', fail);
    const { deps, store } = categoryBench();
    const batch = batchOf(recordsMessage('unknown/Again', ['{"n":1}'], { sequenceNumber: 5 }));

    await callCategoryFunctions(batch, deps);
    const before = lettersIn(store);
    await callCategoryFunctions(batch, deps);

    expect([...before.keys()]).toEqual([expect.stringMatching(/^dead-letter\/handlers\/again\/y=2026\//)]);
    expect(lettersIn(store)).toEqual(before);
  });

  test('waits once, not for every message, until it succeeds again', async () => {
    const got = collector('unknown/Picky', 'picky', ([record]) => record?.at('/bad') === true && fail());
    const { deps, slept, store } = categoryBench();
    const bodies = ['{"bad":true}', '{"bad":true}', '{"n":1}', '{"bad":true}'];

    await callCategoryFunctions(
      batchOf(
        ...bodies.map((body, sequenceNumber) => recordsMessage('unknown/Picky', [body], { sequenceNumber })),
      ),
      deps,
    );

    expect(textsOf(got)).toEqual(['{"n":1}']);
    expect(slept).toEqual([...RETRY_DELAYS, ...RETRY_DELAYS]);
    expect(lettersIn(store).size).toBe(3);
  });

  test('does not make the others wait for its retries', async () => {
    const order: string[] = [];
    collector('unknown/Slow', 'slow', fail);
    collector('unknown/Slow', 'quick', ([record]) => order.push(`quick ${record?.text('/n')}`));
    const sleep = async (): Promise<void> => {
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
      order.push('slept');
    };
    const { deps } = categoryBench({ sleep });
    const messages = ['0', '1', '2'].map((n, sequenceNumber) =>
      recordsMessage('unknown/Slow', [`{"n":"${n}"}`], { sequenceNumber }),
    );

    await callCategoryFunctions(batchOf(...messages), deps);

    expect(order).toEqual(['quick 0', 'quick 1', 'quick 2', 'slept', 'slept', 'slept']);
  });

  test('by a rejection or by throwing what is no Error is no different', async () => {
    onCategory('unknown/Odd', async function rejecting() {
      return Promise.reject(new Error('later'));
    });
    onCategory('unknown/Odd', function throwing() {
      // oxlint-disable-next-line typescript/only-throw-error -- that it may be thrown is what is tested
      throw 'text';
    });
    const { deps, store } = categoryBench();

    await callCategoryFunctions(batchOf(recordsMessage('unknown/Odd', ['{}'])), deps);

    const letters = [...lettersIn(store).values()].flat();
    const details = new Map(letters.map(({ handler, detail }) => [handler, detail.split('\n')[0]]));
    expect(details).toEqual(
      new Map([
        ['rejecting', 'Error: later'],
        ['throwing', 'text'],
      ]),
    );
  });
});

describe('a function that fails on some of its records', () => {
  const records = ['{"n":0}', '{"n":1}', '{"n":2}', '{"n":3}'];

  test('leaves those as dead letters, in their places, and is not called again for them', async () => {
    const got = failingOnOdd('unknown/Some', 'someFail');
    const { deps, store, slept, logged } = categoryBench();

    await callCategoryFunctions(batchOf(recordsMessage('unknown/Some', records)), deps);

    expect(got).toEqual([records]);
    expect(slept).toEqual([]);
    const letters = [...lettersIn(store).values()].flat();
    expect(letters.map((letter) => bytesOf(letter).toString())).toEqual([records[1], records[3]]);
    const deliveredAs = 'contoso/records/3/2026-11-20T10:11:00.000Z/0';
    expect(letters).toMatchObject([
      { detail: 'odd ones', deliveredAs: `${deliveredAs}/1` },
      { detail: 'odd ones', deliveredAs: `${deliveredAs}/3` },
    ]);
    expect(logged).toEqual([expect.stringMatching(/^error: Category function someFail failed on 2 records/)]);
  });

  test('of a replay, names the ones before', async () => {
    failingOnOdd('unknown/SomeAgain', 'someAgain');
    const { deps, store } = categoryBench();
    const before = records.map((_, i) => `before/${i}`);
    const properties = { replayFor: 'someAgain', sluiceReplayOf: JSON.stringify(before) };

    await callCategoryFunctions(batchOf(recordsMessage('unknown/SomeAgain', records, properties)), deps);

    expect([...lettersIn(store).values()].flat()).toMatchObject([
      { replayOf: 'before/1' },
      { replayOf: 'before/3' },
    ]);
  });
});

describe('a replay', () => {
  const id = 'contoso/records/1/2026-11-19T10:11:00.000Z/7/0';
  const replayFor = (name: string) => ({
    replayFor: name,
    sluiceReplayOf: JSON.stringify([id]),
    sequenceNumber: 9,
  });

  test('is handed to the function that it is for, and to no other of the category', async () => {
    const atLast = collector('unknown/Replayed', 'atLast');
    const bystander = collector('unknown/Replayed', 'bystander');
    const { deps } = categoryBench();

    await callCategoryFunctions(
      batchOf(
        recordsMessage('unknown/Replayed', ['{"n":1}']),
        recordsMessage('unknown/Replayed', ['{"n":2}'], replayFor('atLast')),
      ),
      deps,
    );

    expect(textsOf(atLast)).toEqual(['{"n":1}', '{"n":2}']);
    expect(textsOf(bystander)).toEqual(['{"n":1}']);
  });

  test('that fails again is a dead letter that names the one before', async () => {
    collector('unknown/StillBroken', 'stillBroken', fail);
    const { deps, store } = categoryBench();

    await callCategoryFunctions(
      batchOf(recordsMessage('unknown/StillBroken', ['{"n":1}'], replayFor('stillBroken'))),
      deps,
    );

    expect([...lettersIn(store).values()].flat()).toMatchObject([
      {
        recordId: 'contoso/logs/0/2026-11-20T10:11:00.000Z/9/0',
        deliveredAs: 'contoso/records/3/2026-11-20T10:11:09.000Z/9/0',
        replayOf: id,
      },
    ]);
  });

  test('for a function that is not there any more is a dead letter as before', async () => {
    const other = collector('unknown/Deserted', 'other');
    const { deps, store } = categoryBench();

    await callCategoryFunctions(batchOf(recordsMessage('unknown/Deserted', ['{}'], replayFor('gone'))), deps);

    expect(other).toEqual([]);
    expect([...lettersIn(store).values()].flat()).toMatchObject([{ handler: 'gone', replayOf: id }]);
  });
});

test('where dead letters cannot be written the batch comes again, after all functions have come to rest', async () => {
  const store = memoryBlobStore();
  const down: BlobStore = { ...store, stage: () => Promise.reject(new Error('storage is down')) };
  collector('unknown/Down', 'hapless', fail);
  const other = collector('unknown/Down', 'lucky');
  const bench = categoryBench();
  const failures: typeof bench.deps.failures = {
    keep: () => down.stage({ container: 'dead-letter', name: 'x' }, '', Buffer.alloc(0)),
  };

  const called = callCategoryFunctions(batchOf(recordsMessage('unknown/Down', ['{"n":1}'])), {
    ...bench.deps,
    failures,
  });

  await expect(called).rejects.toThrow('storage is down');
  expect(textsOf(other)).toEqual(['{"n":1}']);
});

describe.each(COMPRESSIONS)('a record too large for the hub, archived with compression %s', (compression) => {
  const category = `Large-${compression}`;
  const record = recordOf(category, { id: 639199803770463703n.toString(), filler: 'x'.repeat(20_000) });
  const small = recordOf(category, { n: 1 });

  /** The messages of the records hub after it, as its reader gets them, and the archive. */
  async function passedOn() {
    const store = memoryBlobStore();
    const recordsHub = memoryRecordsHub(16_384);
    const deps = depsOver({ store, table: memoryTable(), recordsHub }, { codec: blockCodec(compression) });
    await ingest({ partition: PARTITION, messages: messagesOf([small, record, small]) }, deps);
    const messages = recordsHub.sent.map(({ message }, sequenceNumber) => {
      return { ...message, sequenceNumber, enqueuedTime: START };
    });
    return { store, batch: batchOf(...messages) };
  }

  test('is fetched from the archive', async () => {
    const got = collector(`unknown/${category}`, `fetch-${compression}`);
    const { store, batch } = await passedOn();
    const { deps, logged } = categoryBench({ store });

    await callCategoryFunctions(batch, deps);

    expect(textsOf(got)).toEqual([small, record, small]);
    expect(got.map(({ id }) => id.split('/').slice(-2).join('/'))).toEqual(['0/0', '1/0', '2/0']);
    expect(logged).toEqual([]);
  });

  test('and gone from it since, is passed over', async () => {
    const got = collector(`unknown/${category}`, `gone-${compression}`);
    const { batch } = await passedOn();
    const { deps, logged } = categoryBench();

    await callCategoryFunctions(batch, deps);

    expect(textsOf(got)).toEqual([small, small]);
    expect(logged).toEqual([
      expect.stringMatching(
        /^error: Message 1 of the records hub is passed over: .* is gone from archive\/unknown\//,
      ),
    ]);
  });
});

test.each<[string, Buffer, Record<string, unknown>]>([
  ['what is no JSON', Buffer.from('{"records":['), {}],
  ['a pointer that is none', Buffer.from('elsewhere'), { pointer: true }],
  ['ids that are no list', Buffer.from('{}'), { recordIds: '[' }],
])('a message with %s, sent by others, is passed over', async (what, body, properties) => {
  const category = `unknown/Foreign ${what}`;
  const got = collector(category, `foreign ${what}`);
  const { deps, logged } = categoryBench();
  const good = recordsMessage(category, ['{"n":1}'], { sequenceNumber: 1 });
  const foreign = { ...recordsMessage(category, [], properties), body };

  await callCategoryFunctions(batchOf(foreign, good), deps);

  expect(textsOf(got)).toEqual(['{"n":1}']);
  expect(logged).toEqual([expect.stringMatching(/^error: Message 0 of the records hub is passed over: /)]);
});
