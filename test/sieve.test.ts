import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sampleStream } from '../cli/sample/stream.ts';
import { endOfValue } from '../shared/json/json-bytes.ts';
import { judge } from '../shared/judge/judge.ts';
import { openSieve, Sieve } from '../shared/judge/sieve.ts';
import { split } from '../shared/take-apart/split.ts';
import type { OpenReader } from '../shared/take-apart/split.ts';
import { takeApart } from '../shared/take-apart/take-apart.ts';
import { spanOf } from '../shared/judge/span.ts';
import type { Span } from '../shared/judge/span.ts';
import { mutate, MUTATION_KINDS } from './support/mutations.ts';
import { fixtureRecords, invalidFixtureRecords, sampleRecords } from './support/records.ts';
import { oneByOne } from './support/spans.ts';

const fixtures = fixtureRecords();
const samples = sampleRecords(80);
const records = [...fixtures, ...samples];

const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const mutation = fc.record({ kind: fc.constantFrom(...MUTATION_KINDS), where: part, what: part });

interface Sieved {
  /** The record as far as the sieve takes it to go. */
  readonly bytes: Buffer;
  readonly span: Span;
}

const BEFORE = '[{},';
const AFTER = ',{}]';

/** What the sieve lets through of a record that stands among others. */
function sieve(record: Buffer | string, open = openSieve): Sieved | undefined {
  const message = Buffer.concat([Buffer.from(BEFORE), Buffer.from(record), Buffer.from(AFTER)]);
  const reader = open(message, true);
  const end = reader.read(BEFORE.length, true);
  return end === undefined || !reader.span
    ? undefined
    : { bytes: message.subarray(BEFORE.length, end), span: reader.span };
}

/** What the judge says of it, as the sieve says it. */
function judged(record: Buffer | string): Span | undefined {
  const bytes = Buffer.from(record);
  const verdict = judge(bytes);
  return verdict && spanOf(bytes, verdict);
}

/** By a sieve that has learnt nothing yet, whatever other tests have given to the one that all share. */
function openNew(): OpenReader {
  const own = new Sieve();
  return (text, isAlone) => {
    own.open(text, isAlone);
    return own;
  };
}

/** What the sieve knows of an invalid record; of one of which it knows nothing, it learns. */
function knownOf(record: Buffer, open: OpenReader): Span | undefined {
  const reader = open(record);
  expect(reader.read(0, false)).toBe(record.length);
  if (reader.hint) judge(record, reader.hint);
  return reader.span;
}

/** Invalid, with fields that its schema does not name. */
function alertWith(names: readonly string[]): Buffer {
  const others = names.map((name) => `"${name}":[],`).join('');
  return Buffer.from(`{"category":"Alert","operationName":7,${others}"properties":{"x":1}}`);
}

function agrees({ bytes, span }: Sieved): boolean {
  return isDeepStrictEqual(span, judged(bytes)) && span.problems.length === 0;
}

describe('the sieve', () => {
  it.each([
    ['fixtures', fixtures],
    ['samples', samples],
  ])('lets through nearly all that is valid, with the verdict of the judge: %s', (_, valid) => {
    const sieved = valid.map((record) => sieve(record));
    const through = sieved.filter((found) => found !== undefined);
    expect(through.length).toBeGreaterThan(valid.length * 0.99);
    expect(through.filter((found) => !agrees(found))).toEqual([]);
    expect(sieved.filter((found, i) => found && found.bytes.toString() !== valid[i])).toEqual([]);
  });

  it('agrees with the parser and the judge on all that it lets through, whatever happens to a record', () => {
    let through = 0;
    const changed = fc.tuple(fc.constantFrom(...records), fc.array(mutation, { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(changed, ([record, mutations]) => {
        const bytes = mutate(record, mutations);
        const sieved = sieve(bytes);
        if (!sieved) return;
        through += 1;
        expect(sieved.bytes.length).toBe(endOfValue(Buffer.concat([bytes, Buffer.from(AFTER)]), 0));
        expect(sieved.span).toEqual(judged(sieved.bytes));
      }),
      { numRuns: 8000 },
    );
    // Of records on which nothing but rubbish is done nobody could learn that the sieve agrees. About 2,060 come through.
    expect(through).toBeGreaterThan(1500);
  });

  it.each([
    ['white space wherever it may stand', ' { "action" :\n"repo.create"\t,\r\n"@timestamp" : 1 } '.trim()],
    ['fields that nobody knows', '{"action":"repo.create","@timestamp":1,"a":{"b":[1,"c",{}]},"":null}'],
    ['escapes', '{"action":"repo.\\u0063reate","@timestamp":1,"x":"\\"\\n\\ud83d"}'],
    [
      'escapes in keys of what nobody asks about',
      '{"action":"repo.create","@timestamp":1,"a":{"\\u0061":1}}',
    ],
    ['a category of its own', '{"category":"Grüße 😀"}'],
    ['an escaped category', '{"category":"Sign\\u0049nLogs","operationName":"a","properties":{}}'],
    ["Intune's fields", '{"category":"AuditLogs","properties":{"AuditEventId":null}}'],
    [
      'a key that is a number',
      '{"time":"2026-11-20T10:11:12Z","category":"AdvancedHunting-CloudAppEvents","operationName":"Publish","tenantId":"t","properties":{"ReportId":-17}}',
    ],
    [
      'a time without a zone',
      '{"category":"New","resourceId":"/providers/microsoft.aadiam","operationName":"a","time":"2026-11-20 10:11:12.500","properties":{}}',
    ],
    ['a time in milliseconds', '{"action":"git.push","@timestamp":1711431195806}'],
    ['nothing', '{}'],
  ])('lets through what is unusual, too: %s', (_, record) => {
    const sieved = sieve(record);
    expect(sieved?.bytes.toString()).toBe(record);
    expect(sieved?.span).toEqual(judged(record));
  });

  it.each([
    [
      'a field twice that identifies the record',
      '{"category":"Alert","operationName":"a","category":"Policy"}',
    ],
    [
      'a key twice that an annotation points to',
      '{"category":"SignInLogs","operationName":"a","properties":{"id":"a","id":"b"}}',
    ],
    ['a key that hides behind escapes', '{"category":"Alert","operationName":"a","\\u0063ategory":"Policy"}'],
    [
      'one that hides in the properties',
      '{"category":"AuditLogs","operationName":"a","properties":{"\\u0041uditEventId":1}}',
    ],
    [
      'one behind a field that is there twice',
      '{"category":"AuditLogs","operationName":"a","properties":{"Actor":{},"Actor":{},"AuditEventId":"a"}}',
    ],
    ['a wrong kind', '{"category":"Alert","operationName":7}'],
    ['a missing field', '{"category":"Alert"}'],
    ['a number too large', '{"action":"repo.create","@timestamp":1e400}'],
    ['an array where a pointer goes on', '{"category":"SignInLogs","operationName":"a","properties":[]}'],
    [
      'an escaped resource id',
      '{"category":"A","resourceId":"\\/tenants\\/a\\/providers\\/Microsoft.aadiam","operationName":"a","properties":{}}',
    ],
    [
      'a key that is no number to rely on',
      '{"time":"2026-11-20T10:11:12Z","category":"AdvancedHunting-CloudAppEvents","operationName":"Publish","tenantId":"t","properties":{"ReportId":9007199254740993}}',
    ],
    ['a key with an escape', '{"category":"SignInLogs","operationName":"a","properties":{"id":"\\n"}}'],
    ['no object', '7'],
    ['broken JSON', '{"category":"Alert","operationName":"a",}'],
  ])('says nothing of %s', (_, record) => {
    expect(sieve(record, openNew())).toBeUndefined();
  });

  it('leaves to the judge what is not valid, or knows what it would say, and the judge says the same', () => {
    const invalid = invalidFixtureRecords();
    const open = openNew();
    let hints = 0;
    let known = 0;
    const changed = fc.tuple(fc.constantFrom(...invalid), fc.array(mutation, { maxLength: 2 }));
    fc.assert(
      fc.property(changed, ([record, mutations]) => {
        const bytes = mutate(record, mutations);
        const reader = open(bytes);
        const end = reader.read(0, false);
        const { span, hint } = reader;
        if (end === undefined) return;
        const left = bytes.subarray(0, end);
        const isKnown = span !== undefined && span.problems.length > 0;
        known += Number(isKnown);
        hints += Number(hint !== undefined);
        expect(isKnown ? span : hint && judge(left, hint)).toEqual(
          isKnown ? judged(left) : hint && judge(left),
        );
      }),
      { numRuns: 4_000 },
    );
    // About 400 and 1,700.
    expect(hints).toBeGreaterThan(200);
    expect(known).toBeGreaterThan(1_000);
  });

  it('says of an invalid record what the judge has said of one that did not fit in the same way', () => {
    const [first, second, other] = ['"a"', '"b"', '{}'].map((level) =>
      Buffer.from(
        `{"category":"Alert","operationName":"a","resultType":{},"level":${level},"properties":{}}`,
      ),
    ) as [Buffer, Buffer, Buffer];
    const open = openNew();
    knownOf(first, open);
    expect(knownOf(second, open)).toEqual(judged(second));
    expect(judged(second)?.problems).toEqual([
      { pointer: '/resultType', message: 'must be string or null, is object' },
    ]);
    expect(knownOf(other, open)).toBeUndefined();
    expect(knownOf(other, open)).toEqual(judged(other));
  });

  it('says of an invalid record which fields nobody has seen, of others alike too', () => {
    const names = Array.from({ length: 70 }, (_, n) => `new${n}`);
    const open = openNew();
    knownOf(alertWith([]), open);
    for (const count of [0, 1, 19, 40]) {
      const record = alertWith(names.slice(0, count));
      const known = knownOf(record, open);
      expect(known?.unseen.length).toBe(Math.min(count + 1, 20));
      expect(known).toEqual(judged(record));
    }
    expect(knownOf(alertWith(names), open)).toBeUndefined();
  });

  it('says of each invalid record whose it is, however many tenants there are', () => {
    const tenants = Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`);
    const open = openNew();
    const found = tenants.map((tenant) =>
      knownOf(Buffer.from(`{"category":"SignInLogs","operationName":7,"tenantId":"${tenant}"}`), open),
    );
    expect(found.slice(1).map((span) => span?.scopes)).toEqual(
      tenants.slice(1).map((scope) => [{ scope, records: 1 }]),
    );
  });

  it.each([
    ['a line feed', '{"category":"New",\n"operationName":"a"}', true],
    ['a carriage return', '{"category":"New"\r,"operationName":"a"}', true],
    ['another space', '{"category":"New",\t "operationName":"a"}', false],
    ['one that is escaped', '{"category":"New","operationName":"a","x":"\\n"}', false],
    ['none', '{"category":"New","operationName":"a"}', false],
  ])('tells of records with %s whether they have line breaks', (_, record, expected) => {
    const plain = '{"category":"New","operationName":"b"}';
    // A line break before them or behind them, or in a record of another span, is none of theirs.
    const message = Buffer.from(`\n[\n${plain},${record}\n,{"category":\n"Other"}]`);
    const reader = openSieve(message);
    const end = reader.read(message.indexOf('{'), true);
    expect(end).toBe(message.indexOf('\n,{'));
    expect(reader.span?.hasLineBreaks).toBe(expected);
  });

  it('says the same whatever records came before', () => {
    const alone = records.map((record) => sieve(record)?.span);
    const backwards = records.toReversed().map((record) => sieve(record)?.span);
    expect(backwards.toReversed()).toEqual(alone);
  });

  it('takes messages apart as the judge alone does, whatever is wrong with them', () => {
    const limits = { maxUnpackedBytes: 1_000_000, maxUnpackedRatio: 250 };
    const stream = sampleStream({ seed: 3, start: Date.UTC(2026, 10, 20), messages: 300, faults: 0.5 });
    for (const { body } of stream) {
      expect(oneByOne(takeApart(body, { judge, openSieve, ...limits }))).toEqual(
        oneByOne(takeApart(body, { judge, ...limits })),
      );
    }
  });

  it.each([
    ['brackets', '['],
    ['objects', '{"properties":'],
    ['records', '{"records":['],
    ['broken records', '{"category":"Alert","operationName":"a"},{"category":"Alert" '],
    ['quotes', '"'],
    ['escapes', '{"\\u0061":"\\u0061'],
  ])('is done soon with a message of nothing but %s', (_, scrap) => {
    const message = Buffer.from(`[{"a":${scrap.repeat(2_000_000 / scrap.length)}}]`);
    const began = performance.now();
    split(message, openSieve);
    // A walk over so many bytes takes about 5 ms; one that is quadratic takes hours.
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(openSieve(message).read(1, true)).toBeUndefined();
  });
});
