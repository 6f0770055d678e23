import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { sampleStream } from '../cli/sample/stream.ts';
import { endOfValue } from '../shared/json/json-bytes.ts';
import { judge } from '../shared/judge/judge.ts';
import { openSieve } from '../shared/judge/sieve.ts';
import { split } from '../shared/take-apart/split.ts';
import { takeApart } from '../shared/take-apart/take-apart.ts';
import { spanOf } from '../shared/judge/span.ts';
import type { Span } from '../shared/judge/span.ts';
import { mutate, MUTATION_KINDS } from './support/mutations.ts';
import { fixtureRecords, sampleRecords } from './support/records.ts';
import { oneByOne, withoutUnseen } from './support/spans.ts';

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
function sieve(record: Buffer | string): Sieved | undefined {
  const message = Buffer.concat([Buffer.from(BEFORE), Buffer.from(record), Buffer.from(AFTER)]);
  const reader = openSieve(message, true);
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

function agrees({ bytes, span }: Sieved): boolean {
  return isDeepStrictEqual(span, judged(bytes)) && span.problems.length === 0;
}

describe('the sieve', () => {
  it.each([
    ['fixtures', fixtures],
    ['samples', samples],
  ])('lets through nearly all that is valid, with the verdict of the judge: %s', (_, valid) => {
    const sieved = valid.map(sieve);
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
    expect(sieve(record)).toBeUndefined();
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

interface Parts {
  readonly id: string;
  readonly time: string;
  readonly tenantId: string;
}

function signIn(
  n: number,
  { id = `id-${n}`, time = '10:11:12', tenantId = 'T' }: Partial<Parts> = {},
): string {
  const properties = { id, createdDateTime: `2026-11-20T${time}Z`, status: { errorCode: n } };
  return JSON.stringify({ category: 'SignInLogs', operationName: 'Sign-in activity', tenantId, properties });
}

const LIMITS = { maxUnpackedBytes: 50_000_000, maxUnpackedRatio: 250 };

function spansIn(message: string): readonly Span[] {
  return takeApart(Buffer.from(message), { judge, openSieve, ...LIMITS }).spans.map(({ span }) => span);
}

function lengthsOf(spans: readonly Span[]): number[] {
  return spans.map(({ ends }) => ends.length);
}

describe('records side by side', () => {
  it('are one span, which tells what differs among them', () => {
    const records = [
      signIn(0, { time: '10:00:02' }),
      signIn(1).replace('"id-1"', 'null'),
      signIn(22, { time: '10:00:01.500', tenantId: 'U' }),
      signIn(3, { time: '10:00:03' }).replace(/"id":"[^"]+",/, ''),
    ];

    const [span, ...others] = spansIn(`{"records":[${records.join(',')}]}`);

    expect(others).toEqual([]);
    expect(span?.bytes.toString()).toBe(records.join(','));
    expect(span?.ends).toEqual(Int32Array.from(records, (_, i) => records.slice(0, i + 1).join(',').length));
    expect(span?.keys).toBe('"id-0",null,"id-22",null');
    expect(span?.keyEnds).toEqual(Int32Array.of(6, 11, 19, 24));
    expect(span?.times).toEqual({
      least: Date.UTC(2026, 10, 20, 10, 0, 1, 500),
      greatest: Date.UTC(2026, 10, 20, 10, 11, 12),
    });
    expect(span?.scopes).toEqual([
      { scope: 't', records: 3 },
      { scope: 'u', records: 1 },
    ]);
  });

  it.each([
    ['another category', signIn(9).replace('SignInLogs', 'ServicePrincipalSignInLogs')],
    ['a field that nobody knows', signIn(9).replace('{', '{"new":1,')],
    ['a wrong kind', signIn(9).replace('"status":{', '"status":[],"x":{')],
    ['a key with an escape', signIn(9, { id: '"' })],
    ['a key that is not ASCII', signIn(9, { id: 'é' })],
    ['a time in words', signIn(9, { time: 'noon' })],
    ['a tenant with an escape', signIn(9, { tenantId: '\n' })],
  ])('part where one has %s', (_, other) => {
    const message = `[${[signIn(0), signIn(1), other, signIn(2), signIn(3)].join(',')}]`;

    const lengths = lengthsOf(spansIn(message));

    expect(lengths.slice(0, 2)).toEqual([2, 1]);
    expect(lengths.reduce((sum, n) => sum + n, 0)).toBe(5);
  });

  it('stay together where all have the field that nobody knows', () => {
    const records = [0, 1, 2].map((n) => signIn(n).replace('{', '{"new":1,'));

    const spans = spansIn(`[${records.join(',')}]`);

    expect(spans.map(({ ends, unseen }) => [ends.length, unseen])).toEqual([[3, ['/new']]]);
  });

  it('part where more than a comma stands between them', () => {
    expect(lengthsOf(spansIn(`[${signIn(0)},${signIn(1)}, ${signIn(2)} ,${signIn(3)}]`))).toEqual([2, 1, 1]);
    expect(lengthsOf(spansIn(`${signIn(0)}\n${signIn(1)}`))).toEqual([1, 1]);
  });

  it('are none where no array holds them', () => {
    const message = Buffer.from(`${signIn(0)},${signIn(1)}`);

    expect(takeApart(message, { judge, openSieve, ...LIMITS }).salvaged).toBeDefined();
    expect(lengthsOf(spansIn(`${signIn(0)}${signIn(1)}`))).toEqual([1, 1]);
  });

  it('are one by one for who asks for that', () => {
    const message = Buffer.from(`[${signIn(0)},${signIn(1)}]`);
    const { spans } = takeApart(message, { judge, openSieve, ...LIMITS, recordsAlone: true });

    expect(spans.map(({ span }) => span.ends.length)).toEqual([1, 1]);
  });

  it('come through whole, however many there are and of however many tenants', () => {
    const tenants = (n: number): string => (n < 3_000 ? 'T' : `tenant-${n % 700}`);
    const records = Array.from({ length: 12_000 }, (_, n) => signIn(n, { tenantId: tenants(n) }));
    const message = Buffer.from(`{"records":[${records.join(',')}]}`);

    const taken = takeApart(message, { judge, openSieve, ...LIMITS });

    expect(message.length).toBeGreaterThan(2_000_000);
    expect(taken.spans.length).toBeLessThan(200);
    expect(oneByOne(taken)).toEqual(oneByOne(takeApart(message, { judge, ...LIMITS })));
  });

  it('are what they are one by one, whatever happens to some of them', () => {
    const alike = fc.nat(3).map((n) => signIn(n, { id: `${n}`, tenantId: `${n % 2}` }));
    const one = fc.oneof({ weight: 4, arbitrary: alike }, fc.constantFrom(...records));
    const changed = fc
      .tuple(one, fc.array(mutation, { maxLength: 1 }), fc.nat(3))
      .map(([record, mutations, often]) => (often === 0 ? mutate(record, mutations) : Buffer.from(record)));
    const separator = fc.constantFrom(',', ',', ',', ' ,', ',\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(changed, separator), { minLength: 1, maxLength: 12 }), (parts) => {
        const bytes = parts.flatMap(([record, between]) => [record, Buffer.from(between)]).slice(0, -1);
        const message = Buffer.concat([Buffer.from('{"records":['), ...bytes, Buffer.from(']}')]);
        const taken = takeApart(message, { judge, openSieve, ...LIMITS });
        expect(withoutUnseen(taken)).toEqual(withoutUnseen(takeApart(message, { judge, ...LIMITS })));
      }),
      { numRuns: 1_500 },
    );
  });
});
