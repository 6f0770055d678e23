import { isDeepStrictEqual } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { endOfValue } from '../shared/json-bytes.ts';
import { judge } from '../shared/judge.ts';
import { openSieve } from '../shared/sieve.ts';
import type { Verdict } from '../shared/verdict.ts';
import { mutate, MUTATION_KINDS } from './support/mutations.ts';
import { fixtureRecords, sampleRecords } from './support/records.ts';

const fixtures = fixtureRecords();
const samples = sampleRecords(80);
const records = [...fixtures, ...samples];

const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const mutation = fc.record({ kind: fc.constantFrom(...MUTATION_KINDS), where: part, what: part });

interface Sieved {
  /** The record as far as the sieve takes it to go. */
  readonly bytes: Buffer;
  readonly verdict: Verdict | undefined;
}

const BEFORE = '[{},';
const AFTER = ',{}]';

/** What the sieve lets through of a record that stands among others. */
function sieve(record: Buffer | string): Sieved | undefined {
  const message = Buffer.concat([Buffer.from(BEFORE), Buffer.from(record), Buffer.from(AFTER)]);
  const reader = openSieve(message);
  const end = reader?.read(BEFORE.length);
  return end === undefined
    ? undefined
    : { bytes: message.subarray(BEFORE.length, end), verdict: reader?.verdict };
}

function agrees({ bytes, verdict }: Sieved): boolean {
  const judged = judge(bytes);
  return isDeepStrictEqual(verdict, judged) && judged?.problems.length === 0;
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
        expect(sieved.verdict).toEqual(judge(sieved.bytes));
      }),
      { numRuns: 8000 },
    );
    // Of records on which nothing but rubbish is done nobody could learn that the sieve agrees.
    expect(through).toBeGreaterThan(2000);
  });
});
