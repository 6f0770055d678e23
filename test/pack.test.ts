import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pack as packOneByOne } from '../shared/pass-on/pack.ts';
import type { Packed, PackOptions } from '../shared/pass-on/pack.ts';
import type { LineSpan } from '../shared/blocks/draft.ts';
import { alone } from '../shared/judge/span.ts';
import type { Category } from '../shared/judge/verdict.ts';
import { PARTITION, START } from './support/messages.ts';
import { recordsIn } from './support/read-back.ts';

const CATEGORY: Category = {
  source: 'entra',
  name: 'SignInLogs',
  key: 'entra/SignInLogs',
  listed: true,
  schemaId: 'sluice:entra/SignInLogs',
  onInvalid: 'mark',
  retentionDays: undefined,
  message: 'packed',
};

const OPTIONS: PackOptions = {
  partition: PARTITION,
  category: CATEGORY,
  whereabouts: { container: 'archive', blob: 'some/blob', block: 'QUJD' },
  ingestedAt: '2026-11-20T12:00:00.000Z',
  messageBytes: 8_192,
  maxMessageBytes: 32_768,
};

interface Traits {
  readonly valid?: boolean;
  readonly salvaged?: boolean;
  readonly forward?: boolean;
  readonly text?: string;
  readonly recordKey?: string | undefined;
  readonly partitionKey?: string;
}

function record(n: number, of: Traits = {}): LineSpan {
  const { valid = true, salvaged = false, forward = true, text = `{"n":${n}}`, recordKey, partitionKey } = of;
  const bytes = Buffer.from(text);
  return {
    bytes,
    ...alone(bytes, recordKey),
    sequenceNumber: n,
    enqueuedTime: START,
    index: 2,
    valid,
    salvaged,
    forward,
    partitionKey,
    label: undefined,
  };
}

function texts(packed: readonly Packed[]): string[][] {
  return packed.map(({ message }) => recordsIn(message).map(({ text }) => text));
}

function sizeOf({ message: { body, properties } }: Packed): number {
  const values = Object.entries(properties).flatMap(([name, value]) => [name, String(value)]);
  return values.reduce((sum, text) => sum + Buffer.byteLength(text), body.length);
}

function pack(...given: Parameters<typeof packOneByOne>): Packed[] {
  return [...packOneByOne(...given)];
}

describe('pack', () => {
  test('puts records into one message, byte for byte, with properties that tell what they are', () => {
    const packed = pack([record(1, { recordKey: 'é"' }), record(2, { text: '{ "n" : 2.0 }' })], OPTIONS);

    expect(packed).toHaveLength(1);
    expect(packed[0]?.message.body.toString()).toBe('{"records":[{"n":1},{ "n" : 2.0 }]}');
    expect(packed[0]?.partitionKey).toBe('entra/SignInLogs/contoso/logs/0');
    expect(packed[0]?.message.properties).toEqual({
      source: 'entra',
      category: 'SignInLogs',
      schemaId: 'sluice:entra/SignInLogs',
      count: 2,
      recordIds:
        '["contoso/logs/0/2026-11-20T10:11:00.000Z/1/2","contoso/logs/0/2026-11-20T10:11:00.000Z/2/2"]',
      recordKeys: String.raw`["\u00e9\"",null]`,
      valid: true,
      ingestedAt: '2026-11-20T12:00:00.000Z',
    });
  });

  test('makes no message of no records', () => {
    expect(pack([], OPTIONS)).toEqual([]);
  });

  test('never mixes valid and invalid records, and keeps their order', () => {
    const packed = pack(
      [true, true, false, true].map((valid, n) => record(n, { valid })),
      OPTIONS,
    );

    expect(texts(packed)).toEqual([['{"n":0}', '{"n":1}'], ['{"n":2}'], ['{"n":3}']]);
    expect(packed.map(({ message }) => message.properties['valid'])).toEqual([true, false, true]);
  });

  test('never mixes salvaged records and others, and says which are', () => {
    const packed = pack(
      [false, true, true, false].map((salvaged, n) => record(n, { salvaged })),
      OPTIONS,
    );

    expect(texts(packed)).toEqual([['{"n":0}'], ['{"n":1}', '{"n":2}'], ['{"n":3}']]);
    expect(packed.map(({ message }) => message.properties['salvaged'])).toEqual([undefined, true, undefined]);
  });

  test('leaves out what is not passed on, which counts as a line of its block all the same', () => {
    const large = `{"x":"${'x'.repeat(40_000)}"}`;

    const packed = pack(
      [record(0, { forward: false }), record(1), record(2, { forward: false }), record(3, { text: large })],
      OPTIONS,
    );

    expect(packed).toHaveLength(2);
    expect(packed[0]?.message.body.toString()).toBe('{"records":[{"n":1}]}');
    expect(packed[0]?.message.properties['count']).toBe(1);
    expect(JSON.parse(String(packed[1]?.message.body))).toMatchObject({ pointer: { line: 3 } });
  });

  test('makes a message per record where the category says so, each under its own partition key', () => {
    const category = { ...CATEGORY, message: 'record' as const };
    const records = [
      record(1, { partitionKey: 'user-1' }),
      record(2),
      record(3, { partitionKey: 'k'.repeat(200) }),
    ];

    const packed = pack(records, { ...OPTIONS, category });

    expect(texts(packed)).toEqual([['{"n":1}'], ['{"n":2}'], ['{"n":3}']]);
    expect(packed.map(({ partitionKey }) => partitionKey)).toEqual([
      'user-1',
      'entra/SignInLogs/contoso/logs/0',
      'k'.repeat(128),
    ]);
  });

  test('gives a record larger than a message a message of its own', () => {
    const large = `{"x":"${'x'.repeat(10_000)}"}`;

    const packed = pack([record(1), record(2, { text: large }), record(3)], OPTIONS);

    expect(texts(packed)).toEqual([['{"n":1}'], [large], ['{"n":3}']]);
  });

  test('sends a pointer where a record is too large for the hub, in its place among the others', () => {
    const text = `{"x":"${'x'.repeat(40_000)}"}`;

    const packed = pack([record(1), record(2, { text }), record(3)], OPTIONS);

    expect(packed.map(({ message }) => message.properties['pointer'])).toEqual([undefined, true, undefined]);
    expect(JSON.parse(String(packed[1]?.message.body))).toEqual({
      pointer: { container: 'archive', blob: 'some/blob', block: 'QUJD', line: 1, bytes: text.length },
    });
    expect(packed[1]?.message.properties).toMatchObject({
      count: 1,
      recordIds: '["contoso/logs/0/2026-11-20T10:11:00.000Z/2/2"]',
    });
  });

  test('leaves out a key that is longer than any product has', () => {
    const [packed] = pack([record(1, { recordKey: 'x'.repeat(1_025) })], OPTIONS);

    expect(packed?.message.properties['recordKeys']).toBe('[null]');
  });

  test('stays below both limits and keeps every record in order, whatever they are', () => {
    const records = fc.array(
      fc.record({
        size: fc.oneof(fc.nat(50), fc.nat(3_000), fc.nat(50_000)),
        recordKey: fc.option(fc.string({ unit: 'binary', maxLength: 1_500 }), { nil: undefined }),
        valid: fc.boolean(),
      }),
      { maxLength: 200 },
    );

    fc.assert(
      fc.property(records, (all) => {
        const given = all.map(({ size, ...of }, n) =>
          record(n, { ...of, text: JSON.stringify({ n, x: 'x'.repeat(size) }) }),
        );

        const packed = pack(given, OPTIONS);

        const ids = packed.flatMap(
          ({ message }) => JSON.parse(String(message.properties['recordIds'])) as string[],
        );
        expect(ids.map((id) => Number(id.split('/').at(-2)))).toEqual(given.map((_, n) => n));
        for (const one of packed) {
          const isAlone = one.message.properties['count'] === 1;
          expect(sizeOf(one)).toBeLessThan(isAlone ? OPTIONS.maxMessageBytes : OPTIONS.messageBytes);
        }
      }),
      { numRuns: 50 },
    );
  });
});
