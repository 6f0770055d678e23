import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bytesOf } from '../shared/take-apart/raw-body.ts';
import { ingest } from '../shared/pipeline.ts';
import type { SalvagedLine } from '../shared/take-apart/salvaged-line.ts';
import { depsOver, memoryDeps, memorySinks } from './support/deps.ts';
import type { MemorySinks } from './support/deps.ts';
import { faulty, InjectedFault, intercept } from './support/intercept.ts';
import { envelopeOf, invalidRecord, messagesOf, PARTITION, recordOf } from './support/messages.ts';
import { archived, blobLines, deadLetters, minuteRows, sentOnce, totals } from './support/read-back.ts';

const GOOD = recordOf('A', { n: 1 });
const REPAIRED = recordOf('A', { text: 'two\nlines' });
const RAW = REPAIRED.replace(String.raw`\n`, '\n');

async function through(...bodies: (string | Buffer)[]): Promise<MemorySinks> {
  const { sinks, deps } = memoryDeps();
  await ingest({ partition: PARTITION, messages: messagesOf(bodies) }, deps);
  return sinks;
}

function originals(sinks: MemorySinks): (SalvagedLine & { bytes: Buffer })[] {
  return [...blobLines(sinks, 'salvaged').values()].flat().map((line) => {
    const original = JSON.parse(line) as SalvagedLine;
    return { ...original, bytes: bytesOf(original) };
  });
}

describe('a broken message', () => {
  test('has its good records in the archive and on the second hub, its torso in a dead letter, its bytes in salvaged/', async () => {
    const broken = `{"records":[${GOOD},${RAW},{"category":"A","n":`;

    const sinks = await through(broken, GOOD);

    expect(archived(sinks)).toEqual([GOOD, REPAIRED, GOOD]);
    expect(sentOnce(sinks).map(({ text }) => text)).toEqual([GOOD, REPAIRED, GOOD]);
    expect(deadLetters(sinks)).toMatchObject([
      { of: 'record', reason: 'not-json', body: '{"category":"A","n":', offset: broken.lastIndexOf('{') },
    ]);
    expect(originals(sinks)).toMatchObject([
      { rungs: ['control-characters', 'truncated'], encoding: 'utf8', body: broken },
    ]);
  });

  test('is counted by rung, its records as records, its original nowhere else', async () => {
    const sinks = await through(`[${RAW},]`, `[${GOOD},${GOOD}`, GOOD);

    expect(minuteRows(sinks)).toMatchObject([
      {
        messages: 3,
        salvagedMessages: 2,
        rungs: { 'control-characters': 1, 'trailing-commas': 1, truncated: 1 },
      },
    ]);
    expect(totals(sinks)).toMatchObject({
      'unknown/A': { records: 4, archived: 4, salvaged: 1, passedOn: 4, deadLettered: {}, excluded: {} },
    });
    expect(Object.keys(totals(sinks))).toEqual(['unknown/A']);
  });

  test('marks what was repaired, and nothing else, in messages of their own', async () => {
    const sinks = await through(`[${GOOD},${RAW},${GOOD}]`);

    expect(sentOnce(sinks).map(({ text, properties }) => [text, properties['salvaged']])).toEqual([
      [GOOD, undefined],
      [REPAIRED, true],
      [GOOD, undefined],
    ]);
  });

  test('that came packed, or as no UTF-8, is kept as it came', async () => {
    const packed = gzipSync(`[${GOOD},`);
    const noText = Buffer.concat([Buffer.from(`[${GOOD},{"a":"`), Buffer.from([0xff]), Buffer.from('"},')]);

    const sinks = await through(packed, noText);

    expect(archived(sinks)).toEqual([GOOD, GOOD]);
    expect(originals(sinks).map(({ bytes, encoding }) => [encoding, bytes])).toEqual([
      ['base64', packed],
      ['base64', noText],
    ]);
    expect(deadLetters(sinks)).toMatchObject([{ of: 'record', reason: 'not-utf8', encoding: 'base64' }]);
  });

  test('has a repaired record judged like any other', async () => {
    const invalid = invalidRecord('entra', 'SignInLogs');

    const sinks = await through(`[${invalid.slice(0, -1)},},${GOOD}]`);

    expect(archived(sinks)).toEqual([GOOD]);
    expect(deadLetters(sinks)).toMatchObject([{ reason: 'invalid', body: invalid }]);
  });

  test('of which nothing can be saved is one dead letter, and no original', async () => {
    const hopeless = ['{"a":tru}', '[{"a":"x', '"just a text', '[1,2,'];

    const sinks = await through(...hopeless);

    expect(deadLetters(sinks).map(({ of, body }) => [of, body])).toEqual(
      hopeless.map((body) => ['message', body]),
    );
    expect(originals(sinks)).toEqual([]);
    expect(minuteRows(sinks)).toMatchObject([{ salvagedMessages: 0, rungs: {} }]);
  });

  test('has line breaks between the tokens of its records made spaces', async () => {
    const sinks = await through(`[{"category":\n"A",'n':\r\n1}]`);

    expect(archived(sinks)).toEqual(['{"category": "A","n":  1}']);
  });

  test('is marked all the same when another instance passes it on from the archive', async () => {
    const sinks = memorySinks();
    const messages = messagesOf([`[${GOOD},${RAW}`]);
    const fault = faulty({ kind: 'before', at: 1, name: 'send', count: 1_000 });
    const dying = depsOver(intercept(sinks, fault.via));

    await expect(ingest({ partition: PARTITION, messages }, dying)).rejects.toThrow(InjectedFault);
    await ingest({ partition: PARTITION, messages }, depsOver(sinks));

    expect(sentOnce(sinks).map(({ text, properties }) => [text, properties['salvaged']])).toEqual([
      [GOOD, undefined],
      [REPAIRED, true],
    ]);
    expect(originals(sinks)).toHaveLength(1);
  });
});

describe('a message that is a JSON string', () => {
  test.each([
    ['an envelope', envelopeOf(GOOD, REPAIRED)],
    ['an array', ` [${GOOD},${REPAIRED}]`],
    ['lines', `${GOOD}\n${REPAIRED}\n`],
    ['lines, one of them broken', `${GOOD}\n{"a":tru}\n${REPAIRED}`],
  ])('of %s is taken for that', async (_, inside) => {
    const sinks = await through(` ${JSON.stringify(inside)}\n`);

    expect(archived(sinks)).toEqual([GOOD, REPAIRED]);
  });

  test.each([
    ['a text', JSON.stringify('garbage')],
    ['a string in a string', JSON.stringify(JSON.stringify(envelopeOf(GOOD)))],
    ['half of a surrogate pair, which has no bytes', String.raw`"{\"a\":\"` + String.raw`\ud800\"}"`],
    ['more than one value', `[] ${JSON.stringify(GOOD)}`],
    ['an array around it', `[${JSON.stringify(GOOD)}]`],
  ])('is a dead letter where it holds %s', async (_, body) => {
    const sinks = await through(body);

    expect(archived(sinks)).toEqual([]);
    expect(deadLetters(sinks)).toMatchObject([{ of: 'record', reason: 'not-an-object' }]);
  });
});
