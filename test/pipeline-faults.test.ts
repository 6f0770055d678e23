import { describe, expect, test } from 'vitest';
import { judge } from '../shared/judge/judge.ts';
import { recordId } from '../shared/message.ts';
import type { Message } from '../shared/message.ts';
import { ingest } from '../shared/pipeline.ts';
import type { PipelineDeps } from '../shared/pipeline.ts';
import { depsOver, memorySinks } from './support/deps.ts';
import type { MemorySinks } from './support/deps.ts';
import { faulty, InjectedFault, intercept } from './support/intercept.ts';
import type { FaultKind } from './support/intercept.ts';
import { envelopeOf, invalidRecord, messagesOf, PARTITION, recordOf } from './support/messages.ts';
import { accounts, archived, deadLetters, sentOnce } from './support/read-back.ts';

const INVALID = invalidRecord('entra', 'SignInLogs');

/** Two categories, an invalid record and a broken message; every record is told apart by its `n`. */
const MESSAGES = messagesOf([
  envelopeOf(recordOf('A', { n: 0 }), recordOf('B', { n: 1 }), INVALID),
  'garbage',
  envelopeOf(recordOf('B', { n: 2 }), recordOf('A', { n: 3 })),
  recordOf('A', { n: 4 }),
]);

/** Where each of the archived records stands in its message, by its text. */
const PLACES: readonly (readonly [text: string, message: number, index: number])[] = [
  [recordOf('A', { n: 0 }), 0, 0],
  [recordOf('B', { n: 1 }), 0, 1],
  [recordOf('B', { n: 2 }), 2, 0],
  [recordOf('A', { n: 3 }), 2, 1],
  [recordOf('A', { n: 4 }), 3, 0],
];

function idOf(message: number, index: number): string {
  const { sequenceNumber, enqueuedTime } = MESSAGES[message] ?? { sequenceNumber: -1, enqueuedTime: 0 };
  return recordId(PARTITION, { sequenceNumber, enqueuedTime, index });
}

/** Nothing is lost, nothing is doubled, each record has been passed on under its id, and the counts agree with what is there. */
function expectAllOnce(sinks: MemorySinks): void {
  expect(archived(sinks).toSorted()).toEqual(PLACES.map(([text]) => text).toSorted());
  expect(deadLetters(sinks).map(({ recordId: id, reason }) => [id, reason])).toEqual(
    expect.arrayContaining([
      [idOf(0, 2), 'invalid'],
      [idOf(1, 0), 'not-json'],
    ]),
  );
  expect(
    sentOnce(sinks)
      .map(({ id, text }) => `${id} ${text}`)
      .toSorted(),
  ).toEqual(PLACES.map(([text, message, index]) => `${idOf(message, index)} ${text}`).toSorted());
  expect(accounts(sinks)).toEqual({
    ledger: { messages: 4, archived: 5, deadLettered: 2 },
    found: { archived: 5, deadLettered: 2 },
  });
}

/** As the next version of the code might see it: what was A is B now. */
const nextVersion: PipelineDeps['judge'] = (record) =>
  judge(record.includes('"A"') ? Buffer.from(record.toString().replace('"A"', '"B"')) : record);

type Redeliver = (sinks: MemorySinks, failed: PipelineDeps) => Promise<void>;

const redeliveries: Record<string, Redeliver> = {
  'the same instance': (_, failed) => take(MESSAGES, failed),
  'another instance': (sinks) => take(MESSAGES, depsOver(sinks)),
  'another instance, with other boundaries': async (sinks) => {
    const deps = depsOver(sinks);
    for (const message of MESSAGES) await take([message], deps);
  },
  'another version of the code': (sinks) => take(MESSAGES, depsOver(sinks, { judge: nextVersion })),
};

function take(messages: readonly Message[], deps: PipelineDeps): Promise<void> {
  return ingest({ partition: PARTITION, messages }, deps);
}

describe.each<FaultKind>(['before', 'after'])('a request that fails %s its effect', (kind) => {
  test.each(Object.entries(redeliveries))(
    'costs nothing when %s gets the batch again',
    async (_, redeliver) => {
      let at = 1;
      for (; ; at++) {
        const sinks = memorySinks();
        const fault = faulty({ kind, at });
        const deps = depsOver(intercept(sinks, fault.via));
        const outcome = await take(MESSAGES, deps).catch((error: unknown) => error);
        if (!fault.fired) break;
        expect(outcome).toBeInstanceOf(InjectedFault);

        await redeliver(sinks, deps);

        expectAllOnce(sinks);
      }
      expect(at).toBeGreaterThan(10);
    },
  );
});

describe('a process that dies', () => {
  test.each(Object.entries(redeliveries).slice(1))(
    'at any request costs nothing when %s takes over',
    async (_, redeliver) => {
      let at = 1;
      for (; ; at++) {
        const sinks = memorySinks();
        const death = faulty({ kind: 'after', at, count: Infinity });
        const deps = depsOver(intercept(sinks, death.via));
        await take(MESSAGES, deps).catch(() => undefined);
        if (!death.fired) break;

        await redeliver(sinks, deps);

        expectAllOnce(sinks);
      }
      expect(at).toBeGreaterThan(10);
    },
  );
});
