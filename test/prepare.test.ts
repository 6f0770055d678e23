import { blockCodec } from '../shared/blocks/block-codec.ts';
import { describe, expect, test } from 'vitest';
import { judge } from '../shared/judge/judge.ts';
import { openSieve } from '../shared/judge/sieve.ts';
import { prepare } from '../shared/prepare.ts';
import type { Prepared } from '../shared/prepare.ts';
import { deadLetteredOf, emptyTally } from '../shared/ledger/tally.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import {
  envelopeOf,
  invalidRecord,
  messagesOf,
  PARTITION,
  recordOf,
  START,
  validRecord,
} from './support/messages.ts';
import type { Numbering } from './support/messages.ts';
import { recordsIn } from '../shared/blocks/draft.ts';
import { linesOf } from './support/spans.ts';

const HOUR_OF_START = Date.parse('2026-11-20T10:00:00Z');

const DEPS = {
  judge,
  codec: blockCodec('none'),
  maxUnpackedBytes: 1_000_000,
  maxUnpackedRatio: 250,
  fanOut: true,
};

function prepared(bodies: readonly string[], numbering?: Numbering, fanOut = true): Prepared {
  return prepare(messagesOf(bodies, numbering), PARTITION, [], { ...DEPS, fanOut });
}

function drafts({ drafts: all }: Prepared): [where: string, records: number][] {
  return all.map(({ container, source, category, hour, spans }) => {
    return [`${container}/${source}/${category}/${(hour - HOUR_OF_START) / HOUR}`, recordsIn(spans)];
  });
}

describe('prepare', () => {
  test('sorts records by category and hour, dead letters apart', () => {
    const signIn = validRecord('entra', 'SignInLogs');
    const bodies = [
      envelopeOf(signIn, recordOf('A')),
      'garbage',
      envelopeOf(recordOf('A'), invalidRecord('entra', 'SignInLogs')),
    ];

    const result = prepared(bodies, { start: START + 47 * MINUTE, step: MINUTE });

    expect(drafts(result)).toEqual([
      ['archive/entra/SignInLogs/0', 1],
      ['archive/unknown/A/0', 1],
      ['dead-letter/unknown/none/0', 1],
      ['archive/unknown/A/1', 1],
      ['dead-letter/entra/SignInLogs/1', 1],
    ]);
  });

  test('leaves to the next decision what comes after a clock that has stepped back into an hour that had ended', () => {
    const times = [59, 60, 59, 61].map((minutes) => HOUR_OF_START + minutes * MINUTE);
    const messages = messagesOf(times.map(() => recordOf('A'))).map((message, i) => {
      return { ...message, enqueuedTime: times[i] ?? 0 };
    });
    const first = prepare(messages, PARTITION, [], DEPS);
    const rest = prepare(messages.slice(first.messages), PARTITION, [], DEPS);

    expect(drafts(first)).toEqual([
      ['archive/unknown/A/0', 1],
      ['archive/unknown/A/1', 1],
    ]);
    expect(drafts(rest)).toEqual(drafts(first));
  });

  test('sorts the records of many messages in their order, whoever has judged them', () => {
    const padded = recordOf('A', { text: 'x'.repeat(400_000) });
    const envelope = envelopeOf(
      padded,
      invalidRecord('entra', 'SignInLogs'),
      validRecord('entra', 'SignInLogs'),
    );
    const deps = { ...DEPS, openSieve };

    const { drafts: found } = prepare(messagesOf(Array<string>(9).fill(envelope)), PARTITION, [], deps);

    const numbers = found.map(({ container, category, spans }) => [
      `${container}/${category}`,
      linesOf(spans).map(({ sequenceNumber }) => sequenceNumber),
    ]);
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    expect(numbers).toEqual([
      ['archive/A', all],
      ['dead-letter/SignInLogs', all],
      ['archive/SignInLogs', all],
    ]);
  });

  test('judges nothing that the decision has no room for', () => {
    const bodies = Array<string>(40).fill(recordOf('A', { text: 'x'.repeat(730_000) }));
    let judged = 0;
    const counting = (bytes: Buffer) => {
      judged++;
      return judge(bytes);
    };

    const { messages } = prepare(messagesOf(bodies), PARTITION, [], { ...DEPS, judge: counting });

    // The last one may go beyond 16 MiB.
    expect(messages).toBe(23);
    expect(judged).toBe(messages);
  });

  test('keeps the origin, the keys and the retention of a record', () => {
    const signIn = validRecord('entra', 'SignInLogs');

    const [draft] = prepared([envelopeOf(recordOf('A'), signIn)], { first: 7 }).drafts.toReversed();

    const [record] = linesOf(draft?.spans ?? []);
    expect(String(record?.bytes)).toBe(signIn);
    expect(record).toMatchObject({
      sequenceNumber: 7,
      enqueuedTime: START,
      index: 1,
      valid: true,
      salvaged: false,
      forward: true,
    });
    expect(record?.key).toBe(judge(Buffer.from(signIn))?.recordKey);
    expect(draft?.retentionDays).toBe(judge(Buffer.from(signIn))?.category.retentionDays);
    expect(draft?.eventTimes.times?.least).toBeGreaterThan(Date.parse('2026-11-20T10:00:00Z'));
  });

  test('counts by minute: messages and their bytes, records by category and what becomes of each', () => {
    const envelope = envelopeOf(recordOf('A'), recordOf('A'));
    const invalid = invalidRecord('entra', 'SignInLogs');

    const { minutes } = prepared([envelope, 'garbage', invalid], { first: 5, step: 30_000 });

    expect(
      minutes.map(({ minute, first, last, minTime, maxTime, messages }) => [
        minute,
        first,
        last,
        minTime,
        maxTime,
        messages,
      ]),
    ).toEqual([
      [START, 5, 6, START, START + 30_000, 2],
      [START + MINUTE, 7, 7, START + MINUTE, START + MINUTE, 1],
    ]);
    expect(minutes.map(({ bytes }) => bytes)).toEqual([envelope.length + 'garbage'.length, invalid.length]);
    expect(minutes[0]?.categories).toEqual({
      'unknown/A': {
        ...emptyTally(),
        records: 2,
        bytes: 2 * recordOf('A').length,
        largest: recordOf('A').length,
        messages: 1,
        archived: 2,
        passedOn: 2,
      },
      'unknown/none': {
        ...emptyTally(),
        records: 1,
        bytes: 7,
        largest: 7,
        messages: 1,
        deadLettered: { 'not-json': 1 },
      },
    });
    expect(minutes[1]?.categories['entra/SignInLogs']).toMatchObject({
      records: 1,
      archived: 0,
      passedOn: 0,
      invalid: 1,
    });
  });

  test('counts messages for each category that they hold, the largest, and what Event Hubs bills', () => {
    const long = 'x'.repeat(64 * 1024);
    const mixed = envelopeOf(recordOf('A'), recordOf('B'), recordOf('A', { long }));

    const { minutes } = prepared([mixed, recordOf('A'), '']);

    expect(minutes[0]).toMatchObject({ messages: 3, largest: mixed.length, slices: 2 + 1 + 1 });
    expect(minutes[0]?.categories).toMatchObject({
      'unknown/A': { messages: 2, records: 3, largest: recordOf('A', { long }).length },
      'unknown/B': { messages: 1, records: 1, largest: recordOf('B').length },
      'unknown/none': { messages: 1, records: 1, largest: 0 },
    });
  });

  test('counts every line of every draft, and nothing else', () => {
    const bodies = [
      '[1,{},"x"]',
      '',
      recordOf('A'),
      '{"records":5}',
      `[${invalidRecord('entra', 'AuditLogs')},{}]`,
    ];

    const result = prepared(bodies, { step: 40 * MINUTE });

    const tallies = result.minutes.flatMap(({ categories }) => Object.values(categories));
    const lines = (container: string) =>
      result.drafts
        .filter((draft) => draft.container === container)
        .reduce((n, { spans }) => n + recordsIn(spans), 0);
    expect(tallies.reduce((n, { archived }) => n + archived, 0)).toBe(lines('archive'));
    expect(tallies.reduce((n, tally) => n + deadLetteredOf(tally), 0)).toBe(lines('dead-letter'));
    expect(tallies.every((tally) => tally.records === tally.archived + deadLetteredOf(tally))).toBe(true);
  });

  test('counts nothing as passed on where fan-out is off', () => {
    const { minutes } = prepared([recordOf('A')], {}, false);

    expect(minutes[0]?.categories['unknown/A']).toMatchObject({ archived: 1, passedOn: 0 });
  });
});
