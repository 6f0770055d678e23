import { describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { blockCodec } from '../shared/blocks/block-codec.ts';
import { judge } from '../shared/judge/judge.ts';
import type { Message } from '../shared/message.ts';
import { recordId } from '../shared/message.ts';
import { ingest } from '../shared/pipeline.ts';
import type { PipelineDeps } from '../shared/pipeline.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { depsOver, memoryDeps, memorySinks } from './support/deps.ts';
import { faulty, InjectedFault, intercept } from './support/intercept.ts';
import {
  envelopeOf,
  invalidRecord,
  messagesOf,
  PARTITION,
  recordOf,
  START,
  validRecord,
} from './support/messages.ts';
import {
  accounts,
  archived,
  blobLines,
  countedBlocks,
  deadLetters,
  foundBlocks,
  headRow,
  minuteRows,
  runRows,
  sentOnce,
  sentRecords,
  totals,
} from './support/read-back.ts';

function take(messages: readonly Message[], deps: PipelineDeps): Promise<void> {
  return ingest({ partition: PARTITION, messages }, deps);
}

function numbered(count: number, category = 'Some'): string[] {
  return Array.from({ length: count }, (_, n) => recordOf(category, { n }));
}

const marking: PipelineDeps['judge'] = (record) => {
  const verdict = judge(record);
  return verdict && { ...verdict, category: { ...verdict.category, onInvalid: 'mark' } };
};

/** As the next version of the code might see it. */
const renaming: PipelineDeps['judge'] = (record) => {
  const next: Record<string, string> = { '"A"': '"B"', '"B"': '"C"', '"C"': '"A"' };
  return judge(Buffer.from(record.toString().replace(/"[ABC]"/, (name) => next[name] ?? name)));
};

describe('a replay', () => {
  test('is counted, and what is quarantined of it again names the dead letter before', async () => {
    const { sinks, deps } = memoryDeps();
    const id = 'contoso/logs/0/2026-11-19T10:11:00.000Z/7/0';
    const [first, second, third] = messagesOf([recordOf('Some'), 'garbage', 'more']);
    if (!first || !second || !third) throw new Error('too few messages');

    await take([{ ...first, replayOf: id }, { ...second, replayOf: id }, third], deps);

    expect(minuteRows(sinks)).toMatchObject([{ messages: 3, replayed: 2 }]);
    expect(deadLetters(sinks).map(({ replayOf }) => replayOf)).toEqual([id, undefined]);
  });
});

describe('a batch', () => {
  test('ends in the archive, on the second hub, in dead letters and in the counts', async () => {
    const { sinks, deps } = memoryDeps();
    const signIn = validRecord('entra', 'SignInLogs');
    const broken = invalidRecord('entra', 'SignInLogs');
    const other = recordOf('Other', { a: [1, { b: 2 }] });
    const messages = messagesOf([envelopeOf(signIn, other, broken), other]);

    await take(messages, deps);

    const hour = 'y=2026/m=11/d=20/h=10/contoso-logs-p0-1.ndjson.gz';
    expect(blobLines(sinks, 'archive')).toEqual(
      new Map([
        [`entra/SignInLogs/${hour}`, [signIn]],
        [`unknown/Other/${hour}`, [other, other]],
      ]),
    );
    expect([...blobLines(sinks, 'dead-letter').keys()]).toEqual([`entra/SignInLogs/${hour}`]);
    const id = 'contoso/logs/0/2026-11-20T10:11:00.000Z/0/2';
    expect(deadLetters(sinks)).toMatchObject([
      { of: 'record', recordId: id, reason: 'invalid', body: broken },
    ]);
    expect(sentRecords(sinks).map((sent) => [sent.id, sent.text])).toEqual(
      expect.arrayContaining([
        [recordId(PARTITION, { sequenceNumber: 0, enqueuedTime: START, index: 0 }), signIn],
        [recordId(PARTITION, { sequenceNumber: 0, enqueuedTime: START, index: 1 }), other],
        [recordId(PARTITION, { sequenceNumber: 1, enqueuedTime: START + 1000, index: 0 }), other],
      ]),
    );
    expect(totals(sinks)).toMatchObject({
      'entra/SignInLogs': { records: 2, archived: 1, passedOn: 1, invalid: 1, deadLettered: { invalid: 1 } },
      'unknown/Other': { records: 2, archived: 2, passedOn: 2, invalid: 0, deadLettered: {} },
    });
    expect(minuteRows(sinks)).toMatchObject([{ run: 1, first: 0, last: 1, messages: 2 }]);
  });

  test('has tags, metadata and content type on its blobs', async () => {
    const { sinks, deps } = memoryDeps({ retentionDays: () => 7 });

    await take(messagesOf([validRecord('entra', 'SignInLogs')]), deps);

    const [blob] = sinks.store.blobs.values();
    expect(blob?.options).toMatchObject({
      contentType: 'application/gzip',
      tags: { source: 'entra', category: 'SignInLogs', expires: '2026-11-28' },
      metadata: {
        leasteventtime: expect.stringMatching(/^2026-11-/) as string,
        greatesteventtime: expect.stringMatching(/^2026-11-/) as string,
      },
    });
  });

  test('leaves in the ledger what its blocks hold, byte for byte', async () => {
    const { sinks, deps } = memoryDeps();
    const bodies = [
      envelopeOf(validRecord('entra', 'SignInLogs'), recordOf('../x'), invalidRecord('entra', 'SignInLogs')),
      'garbage',
      recordOf('A'),
    ];

    await take(messagesOf(bodies, { step: MINUTE }), deps);
    await take(
      messagesOf([...bodies, recordOf('A')], { step: 20 * MINUTE, first: 3, start: START + HOUR }),
      deps,
    );

    const counted = countedBlocks(sinks);
    expect(counted).toEqual(await foundBlocks(sinks));
    expect(Object.keys(counted).toSorted()).toEqual([
      'archive/entra/SignInLogs',
      'archive/unknown/+2e+2e+2fx',
      'archive/unknown/A',
      'dead-letter/entra/SignInLogs',
      'dead-letter/unknown/none',
    ]);
    expect(counted['archive/unknown/A']).toMatchObject({ blocks: 3, records: 3 });
  });

  test('that begins a run notes what the hub said then, or that it could not be asked', async () => {
    const { sinks, deps } = memoryDeps({
      sourceHubs: { facts: () => Promise.resolve({ createdOn: START - HOUR, beginning: 100 }) },
    });
    const unreachable = { facts: () => Promise.reject(new Error('no way')) };

    await take(messagesOf(numbered(3), { first: 100 }), deps);
    await take(messagesOf(numbered(3), { first: 103, start: START + MINUTE }), deps);
    await take(
      messagesOf(numbered(3), { first: 200, start: START + HOUR }),
      depsOver(sinks, { sourceHubs: unreachable }),
    );

    const hub = { createdOn: START - HOUR, beginning: 100 };
    expect(runRows(sinks)).toEqual([
      { no: 1, first: 100, since: START, hub },
      { no: 2, first: 200, since: START + HOUR },
    ]);
    expect(headRow(sinks).runs).toMatchObject([
      { no: 1, last: 105, hub },
      { no: 2, last: 202 },
    ]);
  });

  test('larger than what is to be in memory at once is decided in parts', async () => {
    const { sinks, deps } = memoryDeps({ codec: blockCodec('none') });
    const megabyte = 'x'.repeat(2 ** 20);
    const bodies = Array.from({ length: 80 }, (_, n) => recordOf('Large', { n, megabyte }));

    await take(messagesOf(bodies, { step: 10 }), deps);

    expect(archived(sinks)).toEqual(bodies);
    expect(countedBlocks(sinks)['archive/unknown/Large']).toMatchObject({ blocks: 5, records: 80 });
  });

  test('of no messages leaves nothing behind', async () => {
    const { sinks, deps } = memoryDeps();

    await take([], deps);

    expect(sinks.table.rows.size).toBe(0);
    expect(sinks.store.blobs.size).toBe(0);
  });

  test('of 100 messages of which one is garbage: 99 are processed, one is a dead letter with bytes and reason', async () => {
    const { sinks, deps } = memoryDeps();
    const garbage = Buffer.from([0x00, 0xff, 0x7b, 0x0a, 0xc3]);
    const bodies: (string | Buffer)[] = numbered(100);
    bodies[41] = garbage;

    await take(messagesOf(bodies), deps);

    expect(archived(sinks)).toEqual(numbered(100).toSpliced(41, 1));
    const [letter, ...others] = deadLetters(sinks);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ of: 'message', reason: 'not-json', encoding: 'base64', offset: 0 });
    expect(letter?.bytes.equals(garbage)).toBe(true);
    expect(accounts(sinks)).toEqual({
      ledger: { messages: 100, archived: 99, deadLettered: 1 },
      found: { archived: 99, deadLettered: 1 },
    });
  });

  test('keeps every byte of a record: big integers and odd spacing', async () => {
    const { sinks, deps } = memoryDeps();
    const record = '{ "category" :"Odd",\t"ReportId": 639199803770463703 ,"e":1.0e+2, "s":"\\u00e9\\/é" }';

    await take(messagesOf([`{"a": 1, "records" :\n[ ${record} ,${record}\r\n] }`]), deps);

    expect(archived(sinks)).toEqual([record, record]);
    expect(sentRecords(sinks).map(({ text }) => text)).toEqual([record, record]);
  });

  test('has line breaks between the tokens of a record made spaces, and counts those records', async () => {
    const { sinks, deps } = memoryDeps();
    const record = '{"category":"Lines",\r\n"a":"\\n"}';

    await take(messagesOf([record, '{"category":"Lines"}']), deps);

    expect(archived(sinks)).toEqual(['{"category":"Lines",  "a":"\\n"}', '{"category":"Lines"}']);
    expect(totals(sinks)['unknown/Lines']).toMatchObject({ records: 2, respaced: 1 });
  });

  test('has them made spaces in a packed message too, whose own bytes hold none', async () => {
    const { sinks, deps } = memoryDeps();
    const packed = gzipSync('{"category":\n"X0"}');
    expect(packed.includes('\n') || packed.includes('\r')).toBe(false);

    await take(messagesOf([packed]), deps);

    expect(archived(sinks)).toEqual(['{"category": "X0"}']);
  });

  test('over the turn of an hour goes to the blobs of both hours', async () => {
    const { sinks, deps } = memoryDeps();
    const start = Date.parse('2026-11-20T10:59:58.500Z');

    await take(messagesOf(numbered(4), { start }), deps);

    const lines = [...blobLines(sinks, 'archive')].map(([name, of]) => [name.slice(13, 35), of.length]);
    expect(lines).toEqual([
      ['y=2026/m=11/d=20/h=10/', 2],
      ['y=2026/m=11/d=20/h=11/', 2],
    ]);
    expect(minuteRows(sinks).map(({ messages }) => messages)).toEqual([2, 2]);
  });

  test('over more minutes than a transaction has rows is decided in parts, within one run', async () => {
    const { sinks, deps } = memoryDeps();
    const messages = messagesOf(numbered(250), { step: MINUTE });

    await take(messages, deps);
    await take(messages, depsOver(sinks));

    expect(archived(sinks)).toEqual(numbered(250));
    expect(minuteRows(sinks)).toHaveLength(250);
    expect(headRow(sinks).runs).toMatchObject([{ no: 1, first: 0, last: 249 }]);
  });

  test('with more blobs than a plan holds is decided in parts', async () => {
    const { sinks, deps } = memoryDeps();
    const bodies = Array.from({ length: 700 }, (_, n) => recordOf(`C${n % 90}`, { n }));

    await take(messagesOf(bodies, { step: HOUR / 6 }), deps);

    expect(archived(sinks).toSorted()).toEqual(bodies.toSorted());
    expect(headRow(sinks).plan?.blocks.length).toBeLessThanOrEqual(500);
  });

  test('is put into the order of its numbers', async () => {
    const { sinks, deps } = memoryDeps();

    await take(messagesOf(numbered(9)).toReversed(), deps);

    expect(archived(sinks)).toEqual(numbered(9));
    expect(headRow(sinks).runs).toHaveLength(1);
  });

  test('with fan-out switched off is archived, and nothing is sent or counted as passed on', async () => {
    const { sinks, deps } = memoryDeps({ fanOut: false });

    await take(messagesOf(numbered(3)), deps);

    expect(archived(sinks)).toHaveLength(3);
    expect(sentRecords(sinks)).toEqual([]);
    expect(totals(sinks)['unknown/Some']).toMatchObject({ archived: 3, passedOn: 0 });
  });

  test('without compression is archived as lines that anything reads', async () => {
    const { sinks, deps } = memoryDeps({ codec: blockCodec('none') });

    await take(messagesOf(numbered(3)), deps);

    expect([...sinks.store.blobs.keys()]).toEqual([
      'archive/unknown/Some/y=2026/m=11/d=20/h=10/contoso-logs-p0-1.ndjson',
    ]);
    expect(archived(sinks)).toEqual(numbered(3));
  });
});

describe('what the data may not do', () => {
  test('records of many categories in turn do not make the plan larger than its row, without compression either', async () => {
    const sinks = memorySinks();
    const codec = blockCodec('none');
    const fault = faulty({ kind: 'before', at: 1, name: 'send' });
    const messages = messagesOf([`[${`{},${recordOf('A')},`.repeat(60_000)}{}]`]);

    await expect(take(messages, depsOver(intercept(sinks, fault.via), { codec }))).rejects.toThrow(
      InjectedFault,
    );
    await take(messages, depsOver(sinks, { codec }));

    expect(archived(sinks)).toHaveLength(120_001);
    expect(sentOnce(sinks)).toHaveLength(120_001);
  });

  test('a category name of a megabyte does not stop the partition', async () => {
    const { sinks, deps } = memoryDeps();
    const hostile = recordOf('x'.repeat(1_000_000));

    await take(messagesOf([hostile, recordOf('Some')]), deps);

    expect(archived(sinks).toSorted()).toEqual([hostile, recordOf('Some')].toSorted());
    expect(Object.keys(totals(sinks))).toEqual(['unknown/other', 'unknown/Some']);
  });

  test('names that differ only in halves of surrogate pairs do not share a blob within a plan', async () => {
    const { sinks, deps } = memoryDeps();
    const bodies = ['{"category":"\\ud800"}', '{"category":"\\ud801"}', '{"category":"\\ufffd"}'];

    await take(messagesOf(bodies), deps);

    expect(archived(sinks).toSorted()).toEqual(bodies.toSorted());
    expect([...sinks.table.rows.values()].flat().filter(({ rowKey }) => rowKey.startsWith('lost-'))).toEqual(
      [],
    );
  });

  test('any number of categories is kept apart up to a limit, and filed under `other` from there', async () => {
    const { sinks, deps } = memoryDeps();
    const bodies = Array.from({ length: 150 }, (_, n) => recordOf(`C${n}`));

    await take(messagesOf(bodies.slice(0, 120)), deps);
    await take(messagesOf(bodies.slice(120), { first: 120 }), depsOver(sinks));

    expect(archived(sinks).toSorted()).toEqual(bodies.toSorted());
    expect(Object.keys(totals(sinks))).toHaveLength(101);
    expect(totals(sinks)['unknown/other']).toMatchObject({ archived: 50 });
  });

  test('an error in a step of ours is confined to its message', async () => {
    const { sinks, deps } = memoryDeps({
      judge: (record) => {
        if (record.includes('poison')) throw new TypeError('a bug');
        return judge(record);
      },
    });
    const poison = envelopeOf(recordOf('Some'), recordOf('poison'));

    await take(messagesOf([recordOf('Some'), poison, recordOf('Some')]), deps);

    expect(archived(sinks)).toHaveLength(2);
    expect(deadLetters(sinks)).toMatchObject([
      {
        reason: 'internal-error',
        body: poison,
        detail: expect.stringContaining('TypeError: a bug') as string,
      },
    ]);
  });

  test('a record on which the next version of the code has a bug is passed on as it was decided', async () => {
    const sinks = memorySinks();
    const fault = faulty({ kind: 'before', at: 1, name: 'commit' });
    await expect(take(messagesOf([recordOf('Some')]), depsOver(intercept(sinks, fault.via)))).rejects.toThrow(
      InjectedFault,
    );
    const log: string[] = [];
    const next = depsOver(sinks, {
      judge: () => {
        throw new TypeError('a bug');
      },
      log: (level, message) => log.push(`${level}: ${message}`),
    });

    await take([], next);

    expect(sentRecords(sinks).map(({ text, key }) => [text, key])).toEqual([[recordOf('Some'), null]]);
    expect(log).toEqual([expect.stringMatching(/^error: A record is passed on without its keys.*a bug/)]);
  });

  test('a record with a key of a megabyte and a record too large for the hub are passed on all the same', async () => {
    const { sinks, deps } = memoryDeps({
      judge: (record) => {
        const verdict = judge(record);
        return verdict && { ...verdict, recordKey: '\u0001'.repeat(200_000) };
      },
    });
    const large = recordOf('Some', { text: 'x'.repeat(1_500_000) });

    await take(messagesOf([recordOf('Some'), large]), deps);

    expect(sinks.recordsHub.sent.map(({ message: { properties } }) => properties['recordKeys'])).toEqual([
      '[null]',
      '[null]',
    ]);
    expect(archived(sinks)).toEqual([recordOf('Some'), large]);
  });
});

describe('onInvalid', () => {
  const broken = invalidRecord('entra', 'SignInLogs');
  const valid = validRecord('entra', 'SignInLogs');

  test('dead-letter keeps an invalid record out of the archive and off the second hub', async () => {
    const { sinks, deps } = memoryDeps();

    await take(messagesOf([broken, valid]), deps);

    expect(archived(sinks)).toEqual([valid]);
    expect(sentRecords(sinks).map(({ text, properties }) => [text, properties['valid']])).toEqual([
      [valid, true],
    ]);
    expect(deadLetters(sinks)).toHaveLength(1);
    expect(deadLetters(sinks)[0]?.problems.length).toBeGreaterThan(0);
  });

  test('mark archives it and passes it on in a message of its own with valid=false, out of the archive too', async () => {
    const sinks = memorySinks();
    const deps = { judge: marking };
    const down = faulty({ kind: 'before', at: 1, name: 'send' });

    await expect(
      take(messagesOf([envelopeOf(valid, broken, valid)]), depsOver(intercept(sinks, down.via), deps)),
    ).rejects.toThrow(InjectedFault);
    await take([], depsOver(sinks, deps));

    expect(archived(sinks)).toEqual([valid, broken, valid]);
    expect(deadLetters(sinks)).toEqual([]);
    expect(sentRecords(sinks).map(({ text, properties }) => [text, properties['valid']])).toEqual([
      [valid, true],
      [broken, false],
      [valid, true],
    ]);
    expect(totals(sinks)['entra/SignInLogs']).toMatchObject({
      records: 3,
      archived: 3,
      passedOn: 3,
      invalid: 1,
    });
  });
});

describe('redelivery', () => {
  test('the same messages three times, with other boundaries, are in the archive once', async () => {
    const { sinks, deps } = memoryDeps();
    const messages = messagesOf(numbered(60), { step: 7000 });

    for (const size of [10, 7, 60]) {
      for (let at = 0; at < messages.length; at += size) await take(messages.slice(at, at + size), deps);
    }

    expect(archived(sinks)).toEqual(numbered(60));
    expect(sentRecords(sinks).map(({ text }) => text)).toEqual(numbered(60));
    expect(accounts(sinks).ledger).toEqual({ messages: 60, archived: 60, deadLettered: 0 });
  });

  test('to an instance that knows nothing, and overlapping what is new', async () => {
    const sinks = memorySinks();
    const messages = messagesOf(numbered(30));

    await take(messages.slice(0, 12), depsOver(sinks));
    await take(messages.slice(5, 20), depsOver(sinks));
    await take(messages.slice(0, 30), depsOver(sinks));

    expect(archived(sinks)).toEqual(numbered(30));
    expect(headRow(sinks).runs).toMatchObject([{ first: 0, last: 29 }]);
  });

  test('to an instance that has fallen behind another', async () => {
    const sinks = memorySinks();
    const [first, second] = [depsOver(sinks), depsOver(sinks)];
    const messages = messagesOf(numbered(30));

    await take(messages.slice(0, 10), first);
    await take(messages.slice(10, 20), second);
    await take(messages.slice(10, 25), first);
    await take(messages.slice(0, 30), second);

    expect(archived(sinks)).toEqual(numbered(30));
  });

  test('of a hub that was deleted and created again is no redelivery', async () => {
    const { sinks, deps } = memoryDeps();
    const later = START + 20 * MINUTE;

    await take(messagesOf(numbered(5)), deps);
    await take(messagesOf(numbered(8, 'New'), { start: later }), deps);
    await take(messagesOf(numbered(8, 'New'), { start: later }), depsOver(sinks));

    expect(archived(sinks)).toEqual([...numbered(5), ...numbered(8, 'New')]);
    expect(headRow(sinks).runs).toMatchObject([
      { no: 1, first: 0, last: 4 },
      { no: 2, first: 0, last: 7 },
    ]);
  });

  test('after the next version of the code would have filed the records elsewhere', async () => {
    const sinks = memorySinks();
    const fault = faulty({ kind: 'before', at: 2, name: 'commit', count: 1000 });
    const messages = messagesOf([envelopeOf(recordOf('A'), recordOf('B'), recordOf('C'))]);

    await expect(take(messages, depsOver(intercept(sinks, fault.via)))).rejects.toThrow(InjectedFault);
    await take(messages, depsOver(sinks, { judge: renaming }));

    expect(archived(sinks).toSorted()).toEqual([recordOf('A'), recordOf('B'), recordOf('C')]);
    expect(sentOnce(sinks)).toHaveLength(3);
    const sent = sentRecords(sinks).map(({ properties }) => String(properties['category']));
    expect(sent.toSorted()).toEqual(['A', 'B', 'C']);
  });
});

describe('a second hub that is down', () => {
  test('makes the batch throw, with its plan open, which is settled from the archive with the same record ids', async () => {
    const [down, up] = [memorySinks(), memorySinks()];
    const messages = messagesOf([
      envelopeOf(...numbered(3, 'A'), recordOf('B')),
      envelopeOf(recordOf('B'), ...numbered(2, 'A')),
      validRecord('entra', 'SignInLogs'),
    ]);
    const fault = faulty({ kind: 'before', at: 1, name: 'send', count: 1000 });

    await expect(take(messages, depsOver(intercept(down, fault.via)))).rejects.toThrow(InjectedFault);

    expect(archived(down)).toHaveLength(8);
    expect(headRow(down).plan?.blocks).toHaveLength(3);
    expect(sentRecords(down)).toEqual([]);

    await take(messages, depsOver(down));
    await take(messages, depsOver(up));

    // Categories are sent side by side: their order among each other is nobody's promise.
    const sent = (sinks: typeof up) => {
      const records = sentRecords(sinks).map(({ id, key, text }) => ({ id, key, text }));
      return records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    };
    expect(sent(down)).toEqual(sent(up));
    expect(sent(down)).toHaveLength(8);
    expect(archived(down)).toHaveLength(8);
  });

  test('a block of more lines than a call has arguments is read back', async () => {
    const sinks = memorySinks();
    const fault = faulty({ kind: 'before', at: 1, name: 'send' });
    const messages = messagesOf([`[${'{},'.repeat(199_999)}{}]`]);

    await expect(take(messages, depsOver(intercept(sinks, fault.via)))).rejects.toThrow(InjectedFault);
    await take(messages, depsOver(sinks));

    expect(sentOnce(sinks)).toHaveLength(200_000);
  });
});
