import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../cli/sample/faults.ts';
import { MAX_MESSAGE_BYTES, type SampleMessage } from '../../cli/sample/message.ts';
import { sampleStream, type SampleOptions } from '../../cli/sample/stream.ts';
import { createCast } from '../../cli/sample/cast.ts';
import { toJson } from '../../cli/sample/json.ts';
import { setScene } from '../../cli/sample/product.ts';
import { createRandom } from '../../cli/sample/random.ts';
import { makerOf, PRODUCTS, select } from '../../cli/sample/selection.ts';
import { catalogue } from '../../shared/judge/catalogue.ts';
import { decode } from '../../shared/take-apart/decode.ts';
import { judge } from '../../shared/judge/judge.ts';
import { prepare } from '../../shared/prepare.ts';
import { split } from '../../shared/take-apart/split.ts';
import { SOURCES } from '../../shared/judge/verdict.ts';
import { depsOver, memorySinks } from '../support/deps.ts';
import { messagesOf, PARTITION } from '../support/messages.ts';

const START = Date.UTC(2026, 10, 20, 10);
const HOUR = 3_600_000;

function sample(options: Partial<SampleOptions> = {}): SampleMessage[] {
  return [...sampleStream({ seed: 1, start: START, messages: 150, faults: 0, ...options })];
}

describe('a sample stream', () => {
  it('has the same bytes for the same seed, and others for another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => digest(sample({ seed, faults: 0.2 })));

    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('has as many records in its messages as expected, within the size limit', () => {
    for (const message of sample()) {
      expect(recordsOf(message)).toHaveLength(total(message.expect.archived));
      expect(message.body.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
      expect(message.expect.deadLetter).toBeUndefined();
    }
  });

  it('has records of all products, of several in one message, and of none of them', () => {
    const messages = sample();

    const sources = new Set(
      messages.flatMap(({ expect: { archived } }) => Object.keys(archived).map(sourceOf)),
    );
    const mixed = messages.filter(
      ({ expect: { archived } }) => new Set(Object.keys(archived).map(sourceOf)).size > 1,
    );

    expect(sources).toEqual(new Set(['activity', 'defender', 'entra', 'github', 'intune', 'unknown']));
    expect(mixed.length).toBeGreaterThan(0);
  });

  it('fills some messages up to the size limit', () => {
    const sizes = sample({ messages: 300 }).map(({ body }) => body.length);

    expect(Math.max(...sizes)).toBeGreaterThan(0.9 * MAX_MESSAGE_BYTES);
  });

  it('writes integers beyond 2^53 with all their digits', () => {
    const text = sample().map(textOf).join('\n');

    const reportIds = [...text.matchAll(/"ReportId"\s*:\s*(\d{18})\s*[,}]/g)].map(([, digits]) => digits);

    expect(reportIds.length).toBeGreaterThan(100);
    expect(reportIds.some((digits) => digits !== String(Number(digits)))).toBe(true);
  });

  it('puts line breaks between the tokens of some messages', () => {
    const spaced = sample().filter(({ body }) => body.includes('\n'));

    expect(spaced.length).toBeGreaterThan(0);
    expect(spaced.length).toBeLessThan(75);
  });

  it('begins at the time it is told, and time goes on from message to message', () => {
    const times = timestamps(sample());

    expect(times.length).toBeGreaterThan(10);
    expect(times[0]).toBeGreaterThanOrEqual(START);
    expect(times[0]).toBeLessThan(START + HOUR);
    const steps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    // What is delivered again is of an earlier time.
    expect(steps.filter((step) => step < 0).length).toBeLessThan(0.1 * steps.length);
  });

  it('spreads its times over as long as the messages take at a rate', () => {
    const times = timestamps(sample({ messagesPerSecond: 0.05, messages: 100 }));

    expect(Math.max(...times) - START).toBeGreaterThan(0.8 * 100 * 20_000);
    expect(Math.max(...times) - START).toBeLessThan(100 * 20_000);
  });

  it('holds records that are told by category and fit their schema', () => {
    for (const message of sample()) {
      const verdicts = recordsOf(message).map((record) => judge(record));

      expect(verdicts.flatMap((verdict) => verdict?.problems ?? [])).toEqual([]);
      expect(countBy(verdicts.map((verdict) => verdict?.category.key ?? ''))).toEqual(
        message.expect.archived,
      );
    }
  });
});

describe('the categories of a sample stream', () => {
  const all = SOURCES.flatMap((source) =>
    catalogue.names(source).map((name) => ({ source, name, key: `${source}/${name}` })),
  );

  it.each(all)('$key has records that are told as such, and fit its schema', ({ source, name, key }) => {
    const random = createRandom(1);
    const cast = createCast(random);
    const make = makerOf(PRODUCTS[source], name);

    const verdicts = Array.from({ length: 40 }, () => judgeJson(toJson(make(setScene(random, cast, START)))));

    expect(new Set(verdicts.map((verdict) => verdict?.category.key))).toEqual(new Set([key]));
    expect(verdicts.flatMap((verdict) => verdict?.problems ?? [])).toEqual([]);
  });

  it('all come up', () => {
    const keys = select(undefined).flatMap(({ product, makers }) =>
      [...makers.keys()].map((name) => `${product.source}/${name}`),
    );

    expect(new Set(keys)).toEqual(new Set([...all.map(({ key }) => key), 'unknown/AppServiceHTTPLogs']));
  });

  it('are those that are asked for', () => {
    const messages = sample({ categories: ['entra/RiskyUsers', 'intune/*'], messages: 60 });

    const keys = new Set(messages.flatMap(({ expect: { archived } }) => Object.keys(archived)));

    const intune = catalogue.names('intune').map((name) => `intune/${name}`);
    expect(keys).toEqual(new Set(['entra/RiskyUsers', ...intune]));
  });

  it('may be those that no product claims', () => {
    const messages = sample({ categories: ['unknown/none'], messages: 20, faults: 0.5 });

    const keys = messages.flatMap(({ expect: { archived } }) => Object.keys(archived));
    expect(new Set(keys)).toEqual(new Set(['unknown/none']));
    expect(messages.filter(({ fault }) => fault !== undefined)).toHaveLength(10);
  });

  it.each([
    ['entra/SignIns', /There are no samples of entra\/SignIns\. Of entra, there are: .*SignInLogs/],
    ['okta/*', /There are no samples of okta\/\*: it has to be <product>\/<category> or <product>\/\*/],
  ])('that do not exist are refused: %s', (category, message) => {
    expect(() => sample({ categories: [category] })).toThrow(message);
  });
});

describe('the ways of real messages', () => {
  const text = sample({ messages: 600 }).map(textOf).join('\n');

  it('are delivered again, with the same properties and another time around them', () => {
    const messages = sample({ categories: ['entra/SignInLogs'], messages: 100 });
    const records = messages.flatMap(recordsOf).map((bytes) => JSON.parse(bytes.toString()) as SignIn);

    const copies = [...Map.groupBy(records, ({ properties }) => properties.id).values()].filter(
      (alike) => alike.length > 1,
    );
    const again = copies.reduce((n, alike) => n + alike.length - 1, 0);

    expect(again / records.length).toBeGreaterThan(0.027);
    expect(again / records.length).toBeLessThan(0.04);
    for (const alike of copies) {
      expect(new Set(alike.map(({ time }) => time)).size).toBe(alike.length);
      expect(new Set(alike.map(({ properties }) => JSON.stringify(properties))).size).toBe(1);
    }
  });

  it.each([
    ['a zero with a sign and six digits', /"latitude"\s*:\s*-0\.000000/],
    ['capitals in an Activity record', /"Category"\s*:\s*"Administrative"/],
    ['properties as text', /"Properties"\s*:\s*"\{\\"/],
    ['American times', /"time"\s*:\s*"11\/20\/2026 10:/],
    ['times without a zone', /"LastContact"\s*:\s*"2026-11-20 10:\d\d:\d\d\.\d{7}"/],
    ['levels as a number, a word, and both', /"Level"\s*:\s*5\s*,\s*"level"\s*:\s*"Informational"/],
    ['a trailer of a batch', /"Stats"\s*:\s*\{\s*"RecordCount"/],
  ])('have %s', (_, pattern) => {
    expect(text).toMatch(pattern);
  });

  it('are gzip, NDJSON, bare arrays and begin with a byte-order mark, now and then', () => {
    const bodies = sample({ messages: 600 }).map(({ body }) => body);

    const kinds = bodies.map((body) => body.subarray(0, 2).toString('hex'));
    const ndjson = bodies.filter((body) => /^\{.*\}\r?\n\{/.test(body.toString('latin1', 0, 100_000)));

    expect(kinds.filter((kind) => kind === '1f8b').length).toBeGreaterThan(5);
    expect(kinds.filter((kind) => kind === 'efbb').length).toBeGreaterThan(2);
    expect(kinds.filter((kind) => kind.startsWith('5b')).length).toBeGreaterThan(2);
    expect(ndjson.length).toBeGreaterThan(2);
  });

  it('name only addresses and domains that are kept for documentation', () => {
    const addresses = [...text.matchAll(/"(\d{1,3}(?:\.\d{1,3}){3})"/g)].map(([, address]) => address ?? '');
    const mails = [...text.matchAll(/"[\w.-]+@([\w.-]+)"/g)].map(([, domain]) => domain ?? '');

    const outside = addresses.filter((address) => !/^(192\.0\.2|198\.51\.100|203\.0\.113)\./.test(address));
    expect(addresses.length).toBeGreaterThan(100);
    expect(outside).toEqual([]);
    expect(new Set(mails)).toEqual(new Set(['example.com', 'labs.example.com']));
  });

  it('hold one event where GitHub sends them', () => {
    const own = sample({ categories: ['github/*'] });

    expect(own.map((message) => recordsOf(message).length)).toEqual(own.map(() => 1));
  });
});

describe('the size of messages', () => {
  it('is so many records on average where that is asked for', () => {
    const messages = sample({ categories: ['entra/*', 'defender/*'], meanRecords: 8, messages: 400 });

    const records = messages.reduce((n, { expect: { archived } }) => n + total(archived), 0);

    expect(records / messages.length).toBeGreaterThan(7);
    expect(records / messages.length).toBeLessThan(9);
  });

  it('leaves every message on a line where that is asked for', () => {
    const messages = sample({ onLines: true, faults: 0.3 });

    expect(messages).toHaveLength(150);
    for (const { body } of messages) expect(body.toString('latin1')).toMatch(/^[^\r\n]+$/);
  });

  it('cannot be on a line where all that is asked for is empty', () => {
    expect(() => sample({ onLines: true, faults: 1, faultKinds: ['empty'] })).toThrow(
      'None of the messages asked for fits on a line.',
    );
  });
});

describe('faults in a sample stream', () => {
  it.each([0, 0.1, 0.5, 1])('come in the share asked for: %d', (faults) => {
    const faulty = sample({ faults, messages: 100 }).filter(({ fault }) => fault !== undefined);

    expect(faulty).toHaveLength(faults * 100);
  });

  it('are of every kind', () => {
    const reasons = sample({ faults: 0.1 }).flatMap(({ expect: { deadLetter } }) => deadLetter ?? []);

    expect(new Set(reasons)).toEqual(
      new Set(['empty-message', 'invalid', 'no-records', 'not-an-object', 'not-json', 'not-utf8']),
    );
  });

  it.each(Object.keys(FAULTS))('%s leaves what is expected of the message, of whatever product', (name) => {
    const messages = sample({ faults: 1, faultKinds: [name], messages: 60 });

    expect(messages.map(({ fault }) => fault)).toEqual(messages.map(() => name));
    for (const { body, expect: expected } of messages) {
      const { minutes } = prepare(messagesOf([body]), PARTITION, [], depsOver(memorySinks()));
      const tallies = Object.entries(minutes[0]?.categories ?? {});
      const archived = tallies
        .filter(([, tally]) => tally.archived > 0)
        .map(([key, tally]) => [key, tally.archived]);
      expect(Object.fromEntries(archived)).toEqual(expected.archived);
      expect(tallies.flatMap(([, tally]) => Object.entries(tally.deadLettered))).toEqual(
        expected.deadLetter === undefined ? [] : [[expected.deadLetter, 1]],
      );
    }
  });

  it.each([
    ['truncated', 'truncated'],
    ['trailingComma', 'trailing-commas'],
    ['singleQuotes', 'single-quotes'],
    ['controlCharacters', 'control-characters'],
    ['brokenRecord', 'broken-record'],
  ])('%s is salvaged by the rung %s alone', (name, rung) => {
    const bodies = sample({ faults: 1, faultKinds: [name], messages: 60 }).map(({ body }) => body);

    const { minutes } = prepare(messagesOf(bodies), PARTITION, [], depsOver(memorySinks()));

    expect(Object.keys(minutes[0]?.rungs ?? {})).toEqual([rung]);
  });

  it('that there are none of are refused', () => {
    expect(() => sample({ faults: 1, faultKinds: ['typo'] })).toThrow('There is no fault typo in a sample.');
  });

  it('spoil one record and leave the others good', () => {
    const spoilt = sample({ faults: 1, messages: 110 }).filter(
      ({ expect: { deadLetter } }) => deadLetter === 'invalid',
    );

    expect(spoilt).toHaveLength(10);
    for (const message of spoilt) {
      const verdicts = recordsOf(message).map((record) => judge(record));

      expect(verdicts).toHaveLength(total(message.expect.archived) + 1);
      expect(verdicts.filter((verdict) => verdict?.problems.length !== 0)).toHaveLength(1);
    }
  });
});

interface SignIn {
  readonly time: string;
  readonly properties: { readonly id: string };
}

function judgeJson(json: string) {
  return judge(Buffer.from(json));
}

/** GitHub's own, in the order of the messages. */
function timestamps(messages: readonly SampleMessage[]): number[] {
  const text = messages.map(textOf).join('\n');
  return [...text.matchAll(/"@timestamp"\s*:\s*(\d+)/g)].map(([, digits]) => Number(digits));
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function countBy(keys: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...new Set(keys)].map((key) => [key, keys.filter((other) => other === key).length]),
  );
}

/** Comparing the messages themselves would take seconds. */
function digest(messages: readonly SampleMessage[]): string {
  const hash = createHash('sha256');
  for (const { body } of messages) hash.update(body).update('\n');
  return hash.digest('hex');
}

const LIMITS = { maxUnpackedBytes: 2 ** 26, maxUnpackedRatio: 1_000 };

function textOf({ body }: SampleMessage): Buffer {
  const text = decode(body, LIMITS);
  if (!Buffer.isBuffer(text)) throw new Error(text.detail);
  return text;
}

/** The bytes of each record, taken out of the message as the app does it. */
function recordsOf(message: SampleMessage): readonly Buffer[] {
  const members = split(textOf(message));
  if ('reason' in members) throw new Error(members.detail);
  return members.map(({ bytes }) => bytes);
}

function sourceOf(category: string): string | undefined {
  return category.split('/')[0];
}
