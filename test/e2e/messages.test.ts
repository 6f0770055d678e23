import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStack } from '../../local/stack.ts';
import type { Stack } from '../../local/stack.ts';
import { readFixtures } from '../category-fixtures.ts';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { readComplete, sendTo } from '../support/site.ts';
import type { Found } from '../support/site.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ partitions: 2 });
});

afterAll(() => stack.close());

/** Sends, waits until the app is done, and reads back all there is by then. */
async function through(bodies: readonly (string | Buffer)[]): Promise<Found> {
  await sendTo(stack, '0', bodies);
  await stack.drain();
  return readComplete(stack);
}

/** The dead letters of just these bytes. */
function lettersOf(bodies: readonly Buffer[], { deadLetters }: Found): Found['deadLetters'] {
  return deadLetters.filter(({ bytes }) => bodies.some((body) => body.equals(bytes)));
}

/** A sign-in that Entra ID takes for risky. */
function riskySignIn(): Record<string, unknown> & { properties: Record<string, unknown> } {
  const [record] = readFixtures('entra', 'SignInLogs').valid as { properties: Record<string, unknown> }[];
  const risk = { riskLevelDuringSignIn: 'high', userPrincipalName: 'ana@contoso.com' };
  return { ...record, properties: { ...record?.properties, ...risk } };
}

test('the functions that the host finds', () => {
  expect(stack.host.functions.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'capacity timerTrigger',
    'catch_up timerTrigger',
    'forget timerTrigger',
    'health httpTrigger',
    'health_details httpTrigger',
    'ingest eventHubTrigger',
    'records eventHubTrigger',
    'report httpTrigger',
    'report_data httpTrigger',
    'retention timerTrigger',
    'settle timerTrigger',
  ]);
});

test('a sign-in comes out as archived record, as message, as alert, and in the ledger', async () => {
  const risky = JSON.stringify(riskySignIn());
  const harmless = risky.replace('"high"', '"none"');

  const { archived, passedOn, read, summary } = await through([envelopeOf(risky, harmless)]);

  expect(archived.get('entra/SignInLogs')).toEqual([risky, harmless]);
  expect(passedOn).toContain(envelopeOf(risky, harmless));
  expect(summary.categories['entra/SignInLogs']).toEqual({
    records: 2,
    archived: 2,
    deadLettered: 0,
    invalid: 0,
    passedOn: 2,
  });
  expect(read.alerts).toMatchObject([
    {
      functionName: 'riskySignIns',
      title: 'Sign-in of high risk',
      severity: 'high',
      subject: 'ana@contoso.com',
    },
  ]);
  expect(read.blobs).toContainEqual(
    expect.stringMatching(
      /^archive\/entra\/SignInLogs\/y=\d{4}\/m=\d\d\/d=\d\d\/h=\d\d\/localhost-logs-p0-1\.ndjson\.gz$/,
    ),
  );
});

test('big integers and odd spacing are the very same bytes in the archive and on the records hub', async () => {
  const record =
    '{ "category" :"Odd",\t"ReportId": 639199803770463703 , "n":1.0, "e":1E+2, "s":"\\u00e9é\\/" }';

  const { archived, passedOn } = await through([`{"records": [ ${record} ]}`]);

  expect(archived.get('unknown/Odd')).toEqual([record]);
  expect(passedOn).toContain(`{"records":[${record}]}`);
});

test('of 100 messages of which one is garbage, 99 are processed and one is a dead letter', async () => {
  const bodies = Array.from({ length: 100 }, (_, n) => recordOf('Hundred', { n }));
  const garbage = Buffer.from([0x7b, 0x22, 0xff, 0x00, 0x0a]);

  const found = await through((bodies as (string | Buffer)[]).with(42, garbage));

  expect(found.archived.get('unknown/Hundred')).toEqual(bodies.toSpliced(42, 1));
  expect(found.summary.categories['unknown/Hundred']?.passedOn).toBe(99);
  expect(lettersOf([garbage], found)).toMatchObject([{ of: 'message', reason: 'not-json' }]);
});

describe('bad messages hold nothing up', () => {
  const GOOD = recordOf('AfterBad', { n: 1 });

  test('empty ones, ones that are not UTF-8, JSON that breaks off, a broken archive', async () => {
    const bad = [
      Buffer.alloc(0),
      Buffer.from([0xff, 0xfe, 0xfd]),
      Buffer.from('{"records":[{"category":"X","a":"'),
      Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]),
    ];

    const found = await through([GOOD, ...bad, GOOD]);

    expect(found.archived.get('unknown/AfterBad')).toEqual([GOOD, GOOD]);
    expect(lettersOf(bad, found).map(({ reason }) => reason)).toEqual([
      'empty-message',
      'not-utf8',
      'not-json',
      'unpack-failed',
    ]);
  });

  test('nesting, keys and names meant to break something', async () => {
    const deep = `{"category":"Deep","a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    const poison = [
      '{"category":"Poison","__proto__":{"a":1},"constructor":1}',
      '{"category":"Poison","a":1,"a":2}',
      deep,
      '{"category":"../../../etc/passwd"}',
      `{"category":"${'Ä'.repeat(5_000)}"}`,
    ];

    const { summary, archived } = await through([...poison, recordOf('AfterPoison')]);

    expect(archived.get('unknown/AfterPoison')).toHaveLength(1);
    expect(archived.get('unknown/Poison')).toEqual(poison.slice(0, 2));
    expect(archived.get('unknown/Deep')).toEqual([deep]);
    expect(summary.complete).toBe(true);
  });
});
