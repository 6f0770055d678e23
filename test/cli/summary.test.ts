import { describe, expect, test } from 'vitest';
import { nothingKept } from '../../cli/read-back/archive.ts';
import type { Kept } from '../../cli/read-back/archive.ts';
import { addLine } from '../../cli/read-back/line-set.ts';
import type { LineSet } from '../../cli/read-back/line-set.ts';
import type { DeadLetterFacts, ReadBack } from '../../cli/read-back/read-back.ts';
import type { PassedOn } from '../../cli/read-back/records-hub.ts';
import { summarise } from '../../cli/summary.ts';
import { emptyTally } from '../../shared/ledger/tally.ts';
import type { Tally } from '../../shared/ledger/tally.ts';

const SIGN_INS = 'entra/SignInLogs';

/** Three messages: two records in the archive, an invalid one, and one message that is no JSON. */
function readBack(changes: Partial<ReadBack> = {}): ReadBack {
  return {
    ledger: ledger(),
    kept: kept('a', 'b'),
    salvaged: [],
    rules: new Map(),
    deadLetters: [letter('entra', 'SignInLogs', 'invalid'), letter('unknown', 'none', 'not-json')],
    handlerFailures: [],
    passedOn: passedOn({ 1: 'a', 2: 'b' }),
    alerts: [],
    blobs: [],
    faults: [],
    ...changes,
  };
}

function ledger(signIns: Partial<Tally> = {}, messages = 3): ReadBack['ledger'] {
  const entra = {
    ...emptyTally(),
    records: 3,
    archived: 2,
    invalid: 1,
    passedOn: 2,
    deadLettered: { invalid: 1 },
    ...signIns,
  };
  const unknown = { ...emptyTally(), records: 1, deadLettered: { 'not-json': 1 } };
  const categories = new Map([
    [SIGN_INS, entra],
    ['unknown/none', unknown],
  ]);
  return { messages, salvagedMessages: 0, rungs: {}, total: emptyTally(), categories };
}

function lines(...digests: string[]): LineSet {
  const set: LineSet = new Map();
  for (const digest of digests) addLine(set, digest);
  return set;
}

function kept(...digests: string[]): Map<string, Kept> {
  return new Map([[SIGN_INS, keptLines(...digests)]]);
}

/** In the archive, and to be passed on. */
function keptLines(...digests: string[]): Kept {
  return { ...nothingKept(), archived: lines(...digests), toPassOn: lines(...digests) };
}

function letter(source: string, category: string, reason: string): DeadLetterFacts {
  return { recordId: 'id', of: 'record', source, category, reason, detail: '' };
}

function passedOn(digests: Readonly<Record<string, string>>, invalid = 0): ReadBack['passedOn'] {
  return new Map([[SIGN_INS, { digests: new Map(Object.entries(digests)), invalid, salvaged: 0 }]]);
}

describe('summarise', () => {
  test('counts what was read back, by category and in all', () => {
    const { summary, problems } = summarise(readBack(), 3);

    expect(problems).toEqual([]);
    expect(summary).toEqual({
      messages: 3,
      records: 4,
      archived: 2,
      deadLettered: 2,
      invalid: 1,
      passedOn: 2,
      complete: true,
      categories: {
        [SIGN_INS]: { records: 3, archived: 2, deadLettered: 1, invalid: 1, passedOn: 2 },
        'unknown/none': { records: 1, archived: 0, deadLettered: 1, invalid: 0, passedOn: 0 },
      },
      reasons: { invalid: 1, 'not-json': 1 },
    });
  });

  test('counts as invalid what is passed on as invalid', () => {
    const read = readBack({
      ledger: ledger({ invalid: 2 }),
      passedOn: passedOn({ 1: 'a', 2: 'b' }, 1),
    });

    expect(summarise(read, 3).summary).toMatchObject({ invalid: 2, complete: true });
  });

  test.each<[string, Partial<ReadBack>, string[]]>([
    ['a message that never arrived', { ledger: ledger({}, 2) }, ['Messages: 3 sent, 2 in the ledger.']],
    [
      'a lost line',
      { kept: kept('a') },
      [
        'entra/SignInLogs: records: 2 read back, 3 in the ledger.',
        'entra/SignInLogs: lines: 1 in the archive, 2 in the ledger.',
        'entra/SignInLogs: on the records hub, but not to be passed on with the same bytes: 1.',
      ],
    ],
    [
      'a line archived twice in place of another',
      { kept: kept('a', 'a') },
      [
        'entra/SignInLogs: to be passed on, but not on the records hub with the same bytes: 1.',
        'entra/SignInLogs: on the records hub, but not to be passed on with the same bytes: 1.',
      ],
    ],
    [
      'a record passed on with other bytes',
      { passedOn: passedOn({ 1: 'a', 2: 'changed' }) },
      [
        'entra/SignInLogs: to be passed on, but not on the records hub with the same bytes: 1.',
        'entra/SignInLogs: on the records hub, but not to be passed on with the same bytes: 1.',
      ],
    ],
    [
      'a record not passed on',
      { passedOn: passedOn({ 1: 'a' }) },
      [
        'entra/SignInLogs: records passed on: 1 on the records hub, 2 in the ledger.',
        'entra/SignInLogs: to be passed on, but not on the records hub with the same bytes: 1.',
      ],
    ],
    [
      'a lost dead letter',
      { deadLetters: [letter('entra', 'SignInLogs', 'invalid')] },
      [
        'unknown/none: records: 0 read back, 1 in the ledger.',
        'unknown/none: dead letters: 0 read back, 1 in the ledger.',
      ],
    ],
    [
      'a dead letter of another reason',
      { deadLetters: [letter('entra', 'SignInLogs', 'not-utf8'), letter('unknown', 'none', 'not-json')] },
      ['entra/SignInLogs: invalid records: 0 read back, 1 in the ledger.'],
    ],
    [
      'a category that the ledger does not know',
      {
        kept: new Map([...kept('a', 'b'), ['unknown/x', keptLines('c')]]),
      },
      [
        'unknown/x: records: 1 read back, 0 in the ledger.',
        'unknown/x: lines: 1 in the archive, 0 in the ledger.',
        'unknown/x: to be passed on, but not on the records hub with the same bytes: 1.',
      ],
    ],
    ['a message of the records hub that is wrong by itself', { faults: ['It is wrong.'] }, ['It is wrong.']],
  ])('notices %s', (_what, changes, expected) => {
    const { summary, problems } = summarise(readBack(changes), 3);

    expect(problems).toEqual(expected);
    expect(summary.complete).toBe(false);
  });

  test('holds what is salvaged against the ledger', () => {
    const salvaged = [{ recordId: '1', rungs: ['truncated', 'trailing-commas'] as const }];
    const inLedger = {
      ...ledger({ salvaged: 1 }),
      salvagedMessages: 1,
      rungs: { truncated: 1, 'trailing-commas': 1 },
    };
    const [[key, found]] = [...passedOn({ 1: 'a', 2: 'b' })] as [[string, PassedOn]];
    const onHub = new Map([[key, { ...found, salvaged: 1 }]]);

    expect(summarise(readBack({ salvaged, ledger: inLedger, passedOn: onHub }), 3).problems).toEqual([]);
    expect(summarise(readBack({ ledger: inLedger }), 3).problems).toEqual([
      'Originals of salvaged messages: 0 read back, 1 in the ledger.',
      'Messages salvaged by truncated: 0 read back, 1 in the ledger.',
      'Messages salvaged by trailing-commas: 0 read back, 1 in the ledger.',
      'entra/SignInLogs: repaired records: 0 on the records hub, 1 in the ledger.',
    ]);
  });

  describe('under rules', () => {
    const rules = new Map([
      ['siem', true],
      ['noise', false],
    ]);
    /** `a` in the archive alone, `b` on the records hub alone, and three more in neither. */
    const read = readBack({
      rules,
      ledger: ledger({ records: 6, archived: 1, passedOn: 1, excluded: { siem: 1, noise: 3 } }),
      kept: new Map([[SIGN_INS, { ...keptLines(), archived: lines('a'), toPassOn: lines('b'), waiting: 1 }]]),
      passedOn: passedOn({ 1: 'b' }),
    });

    test('counts what is left out', () => {
      const { summary, problems } = summarise(read, 3);

      expect(problems).toEqual([]);
      expect(summary).toMatchObject({ records: 7, archived: 1, deadLettered: 2, passedOn: 1, excluded: 4 });
      expect(summary.categories[SIGN_INS]).toMatchObject({ records: 6, excluded: 4 });
    });

    test('wants exactly what they pass on', () => {
      expect(summarise({ ...read, passedOn: passedOn({ 1: 'a' }) }, 3).problems).toEqual([
        'entra/SignInLogs: to be passed on, but not on the records hub with the same bytes: 1.',
        'entra/SignInLogs: on the records hub, but not to be passed on with the same bytes: 1.',
      ]);
      expect(summarise({ ...read, kept: kept('a') }, 3).problems).toEqual([
        'entra/SignInLogs: records that are passed on only: 0 in pass-on, 1 in the ledger.',
        'entra/SignInLogs: to be passed on, but not on the records hub with the same bytes: 1.',
        'entra/SignInLogs: on the records hub, but not to be passed on with the same bytes: 1.',
      ]);
    });

    test('knows each rule that has left something out', () => {
      expect(summarise({ ...read, rules: new Map([['siem', true]]) }, 3).problems).toEqual([
        'entra/SignInLogs: 3 left out by the rule noise, which there is not.',
      ]);
    });
  });

  test('notices what is not as the sample should be', () => {
    const expected = {
      archived: { [SIGN_INS]: 2, 'github/audit': 1 },
      reasons: { invalid: 2, 'not-json': 1 },
    };

    expect(summarise(readBack(), 3, expected).problems).toEqual([
      'github/audit: records: 0 in the archive, 1 expected of the sample.',
      'Dead letters of reason invalid: 1 read back, 2 expected of the sample.',
    ]);
  });
});
