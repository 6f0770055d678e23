import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../shared/judge/judge.ts';
import { openSieve } from '../shared/judge/sieve.ts';
import type { Span } from '../shared/judge/span.ts';
import { takeApart } from '../shared/take-apart/take-apart.ts';
import { mutate, MUTATION_KINDS } from './support/mutations.ts';
import { fixtureRecords, sampleRecords } from './support/records.ts';
import { oneByOne, withoutUnseen } from './support/spans.ts';

const others = [...fixtureRecords(), ...sampleRecords(80)];
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const mutation = fc.record({ kind: fc.constantFrom(...MUTATION_KINDS), where: part, what: part });

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

/** One for a while, and then more than are known at once. */
function tenantOf(n: number): string {
  return n < 3_000 ? 'T' : `tenant-${n % 700}`;
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

    const [span, ...further] = spansIn(`{"records":[${records.join(',')}]}`);

    expect(further).toEqual([]);
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

  it('stay together around one that cannot be walked over, in this message and the next', () => {
    const other = signIn(9).replace(/"properties":.*}/, '"properties":[]}');
    const message = `[${[signIn(0), signIn(1), other, signIn(2), signIn(3), signIn(4)].join(',')}]`;

    expect([message, message].map((text) => lengthsOf(spansIn(text)))).toEqual([
      [2, 1, 3],
      [2, 1, 3],
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
    const records = Array.from({ length: 12_000 }, (_, n) => signIn(n, { tenantId: tenantOf(n) }));
    const message = Buffer.from(`{"records":[${records.join(',')}]}`);

    const taken = takeApart(message, { judge, openSieve, ...LIMITS });

    expect(message.length).toBeGreaterThan(2_000_000);
    expect(taken.spans.length).toBeLessThan(200);
    expect(oneByOne(taken)).toEqual(oneByOne(takeApart(message, { judge, ...LIMITS })));
  });

  it('are what they are one by one, whatever happens to some of them', () => {
    const alike = fc.nat(3).map((n) => signIn(n, { id: `${n}`, tenantId: `${n % 2}` }));
    const one = fc.oneof({ weight: 4, arbitrary: alike }, fc.constantFrom(...others));
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
