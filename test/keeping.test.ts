import { describe, expect, test } from 'vitest';
import { judge } from '../shared/judge/judge.ts';
import { ingest } from '../shared/pipeline.ts';
import type { PipelineDeps } from '../shared/pipeline.ts';
import { prepare } from '../shared/prepare.ts';
import { createChooseRule } from '../shared/rules.ts';
import type { RuleSetting } from '../shared/rules.ts';
import { deadLetteredOf, excludedOf, MOST_NAMES, namesIn } from '../shared/ledger/tally.ts';
import { depsOver, memorySinks } from './support/deps.ts';
import type { MemorySinks } from './support/deps.ts';
import { faulty, InjectedFault, intercept } from './support/intercept.ts';
import { envelopeOf, invalidRecord, messagesOf, PARTITION, recordOf } from './support/messages.ts';
import {
  archived,
  blobLines,
  deadLetters,
  headRow,
  minuteRows,
  sentOnce,
  totals,
} from './support/read-back.ts';
import { linesOf } from './support/spans.ts';

const HOUR = 'y=2026/m=11/d=20/h=10/contoso-logs-p0-';

async function under(
  rules: readonly RuleSetting[],
  records: readonly string[],
  of: Partial<PipelineDeps> & { sinks?: MemorySinks } = {},
): Promise<MemorySinks> {
  const { sinks = memorySinks(), ...overrides } = of;
  const deps = depsOver(sinks, { chooseRule: createChooseRule(rules), ...overrides });
  await ingest({ partition: PARTITION, messages: messagesOf([envelopeOf(...records)]) }, deps);
  return sinks;
}

function sent(sinks: MemorySinks): string[] {
  return sentOnce(sinks).map(({ text }) => text);
}

/** The day on which each blob expires. */
function expiries(sinks: MemorySinks): Record<string, string | undefined> {
  return Object.fromEntries(
    [...sinks.store.blobs].map(([name, { options }]) => [name, options.tags['expires']]),
  );
}

const [A, B, C] = ['A', 'B', 'C'].map((name) => recordOf(name)) as [string, string, string];

describe('rules say of a record', () => {
  test('that it is left out, which is counted under their names', async () => {
    const rules = [
      { name: 'noise', category: 'A', archive: false, forward: false },
      { category: 'B', archive: false, forward: false },
    ];

    const sinks = await under(rules, [A, B, C, A]);

    expect(archived(sinks)).toEqual([C]);
    expect(sent(sinks)).toEqual([C]);
    expect(totals(sinks)).toMatchObject({
      'unknown/A': { records: 2, archived: 0, passedOn: 0, excluded: { noise: 2 } },
      'unknown/B': { records: 1, archived: 0, passedOn: 0, excluded: { 'rule-2': 1 } },
      'unknown/C': { records: 1, archived: 1, passedOn: 1, excluded: {} },
    });
  });

  test('that it is archived and not passed on', async () => {
    const sinks = await under([{ category: 'A', forward: false }], [A, B]);

    expect(archived(sinks)).toEqual([A, B]);
    expect(sent(sinks)).toEqual([B]);
    expect(totals(sinks)['unknown/A']).toMatchObject({ archived: 1, passedOn: 0, excluded: {} });
  });

  test('that it is passed on and not archived: it waits in pass-on for a week', async () => {
    const sinks = await under([{ name: 'siem', category: 'A', archive: false, retentionDays: 400 }], [A, B]);

    expect(blobLines(sinks, 'pass-on')).toEqual(new Map([[`unknown/A/${HOUR}1.ndjson.gz`, [A]]]));
    expect(archived(sinks)).toEqual([B]);
    expect(sent(sinks).toSorted()).toEqual([A, B]);
    expect(totals(sinks)['unknown/A']).toMatchObject({
      records: 1,
      archived: 0,
      passedOn: 1,
      excluded: { siem: 1 },
    });
    expect(expiries(sinks)[`pass-on/unknown/A/${HOUR}1.ndjson.gz`]).toBe('2026-11-28');
  });

  test('the same where the instance dies and another passes it on', async () => {
    const sinks = memorySinks();
    const rules = [
      { category: 'A', archive: false },
      { category: 'B', forward: false },
    ];
    const fault = faulty({ kind: 'before', at: 1, name: 'send', count: 1_000 });
    const broken = intercept(sinks, fault.via);

    await expect(under(rules, [A, B, C], { sinks, recordsHub: broken.recordsHub })).rejects.toThrow(
      InjectedFault,
    );
    await under(rules, [A, B, C], { sinks });

    expect(sent(sinks).toSorted()).toEqual([A, C]);
    expect(archived(sinks)).toEqual([B, C]);
    expect(
      headRow(sinks)
        .plan?.blocks.map(({ category, passOn }) => [category, passOn])
        .toSorted(),
    ).toEqual([
      ['A', true],
      ['B', false],
      ['C', true],
    ]);
  });

  test('how long it is kept, in blobs of its own', async () => {
    const records = ['eu', 'us', 'asia'].map((location) => recordOf('A', { location }));
    const rules = [
      { location: 'eu', retentionDays: 30 },
      { location: 'us', retentionDays: 0 },
    ];

    const sinks = await under(rules, records, { retentionDays: () => 365 });

    expect(expiries(sinks)).toEqual({
      [`archive/unknown/A/${HOUR}1.ndjson.gz`]: '2027-11-21',
      [`archive/unknown/A/${HOUR}r0-1.ndjson.gz`]: undefined,
      [`archive/unknown/A/${HOUR}r30-1.ndjson.gz`]: '2026-12-21',
    });
    expect(sent(sinks).toSorted()).toEqual(records.toSorted());
  });

  test('nothing of its own days: it shares the blob of those that no rule fits', async () => {
    const sinks = await under(
      [{ operation: 'x', forward: true }],
      [recordOf('A', { operationName: 'x' }), A],
    );

    expect([...blobLines(sinks, 'archive').keys()]).toEqual([`unknown/A/${HOUR}1.ndjson.gz`]);
    expect(headRow(sinks).plan?.blocks).toHaveLength(1);
  });

  test('nothing of what is passed on where nothing is', async () => {
    const rules = [
      { category: 'A', archive: false },
      { category: 'B', forward: true },
    ];

    const sinks = await under(rules, [A, B], { fanOut: false });

    expect([...sinks.store.blobs.keys()]).toEqual([`archive/unknown/B/${HOUR}1.ndjson.gz`]);
    expect(totals(sinks)['unknown/A']).toMatchObject({
      records: 1,
      archived: 0,
      passedOn: 0,
      excluded: { 'rule-1': 1 },
    });
  });

  test('whether an invalid one matters: left out altogether, it is not quarantined', async () => {
    const invalid = invalidRecord('entra', 'SignInLogs');
    const leaving = await under([{ source: 'entra', archive: false, forward: false }], [invalid]);
    const passing = await under([{ source: 'entra', archive: false }], [invalid]);

    expect(totals(leaving)['entra/SignInLogs']).toMatchObject({
      records: 1,
      invalid: 0,
      excluded: { 'rule-1': 1 },
    });
    expect(deadLetters(leaving)).toEqual([]);
    expect(totals(passing)['entra/SignInLogs']).toMatchObject({ records: 1, invalid: 1, excluded: {} });
    expect(deadLetters(passing)).toHaveLength(1);
  });

  test('by the name that it has, though it is filed under `other`', async () => {
    const many = Array.from({ length: 150 }, (_, n) => recordOf(`C${n}`));

    const sinks = await under([{ name: 'last', category: 'C149', archive: false, forward: false }], many);

    expect(totals(sinks)['unknown/other']).toMatchObject({
      records: 50,
      archived: 49,
      excluded: { last: 1 },
    });
  });
});

test('a category named like a draft of another kind stays among its own', async () => {
  const names = [
    'none',
    'archive 30 unknown/A',
    'dead-letter unknown/none',
    'none\ndead-letter',
    'pass-on undefined unknown/A',
  ];
  const records = names.map((name) => recordOf(name));

  const sinks = await under([{ category: 'A', retentionDays: 30 }], [...records, A, '7']);

  expect(archived(sinks).toSorted()).toEqual([...records, A].toSorted());
  expect(deadLetters(sinks)).toMatchObject([{ reason: 'not-an-object', body: '7' }]);
});

/** Reads scope and unseen fields from the record itself. */
const judging: PipelineDeps['judge'] = (record) => {
  const verdict = judge(record);
  const { scope, unseen = [] } = JSON.parse(record.toString()) as { scope?: string; unseen?: string[] };
  return verdict && { ...verdict, scope, unseen };
};

async function counted(records: readonly object[], category = 'A'): Promise<MemorySinks> {
  return under(
    [],
    records.map((fields) => recordOf(category, { ...fields })),
    { judge: judging },
  );
}

describe('counts of what the judge has seen', () => {
  test('are by tenant or subscription, and by field', async () => {
    const sinks = await counted([
      { scope: 't-1', unseen: ['/x', '/y/z'] },
      { scope: 't-2', unseen: ['/x'] },
      { scope: 't-1' },
      {},
    ]);

    expect(totals(sinks)['unknown/A']).toMatchObject({
      records: 4,
      scopes: { 't-1': 2, 't-2': 1 },
      unseen: { '/x': 2, '/y/z': 1 },
    });
  });

  test('are told apart up to a bound; beyond it scopes are `other`, and fields are not named', async () => {
    const many = Array.from({ length: 50 }, (_, n) => ({ scope: `t-${n}`, unseen: [`/f${n}`] }));

    const { scopes = {}, unseen = {} } = totals(await counted([...many, ...many]))['unknown/A'] ?? {};

    expect([scopes['t-0'], scopes['t-19'], scopes['t-20'], scopes['other']]).toEqual([2, 2, undefined, 60]);
    expect(Object.entries(unseen)).toEqual(Array.from({ length: 20 }, (_, n) => [`/f${n}`, 2]));
  });

  test('stay within their row, whatever the data calls them', async () => {
    const hostile = ['constructor', '__proto__', 'x'.repeat(200), '\u0000'.repeat(40), '\ud800'];

    const { scopes } = totals(await counted(hostile.map((scope) => ({ scope }))))['unknown/A'] ?? {};

    expect(scopes).toEqual({ other: 4, '\ud800': 1 });
  });

  test('are bounded for a minute as a whole', async () => {
    const records = Array.from({ length: 90 }, (_, c) =>
      Array.from({ length: 20 }, (__, n) => recordOf(`C${c}`, { scope: `s-${n}`, unseen: [`/f${n}`] })),
    ).flat();

    const sinks = await under([], records, { judge: judging });

    const [minute] = minuteRows(sinks);
    expect(minute && namesIn(minute)).toBeLessThanOrEqual(MOST_NAMES + 90);
  });
});

test('records are what is archived, dead-lettered and excluded, under any rules', () => {
  const bodies = [
    envelopeOf(A, B, C, invalidRecord('entra', 'SignInLogs'), '7'),
    `[${A},{"category":"B",},{"x`,
    'garbage',
    '',
  ];
  const choices = [undefined, true, false];
  for (const archive of choices) {
    for (const forward of choices) {
      for (const fanOut of [true, false]) {
        const rule = {
          category: ['A', 'Sign*'],
          retentionDays: 7,
          ...(archive !== undefined && { archive }),
          ...(forward !== undefined && { forward }),
        };
        const { minutes, drafts } = prepare(messagesOf(bodies), PARTITION, [], {
          ...depsOver(memorySinks(), { fanOut }),
          chooseRule: createChooseRule([rule]),
        });
        const tallies = minutes.flatMap(({ categories }) => Object.values(categories));
        const lines = (container: string) =>
          drafts.filter((draft) => draft.container === container).flatMap((draft) => linesOf(draft.spans));
        expect(tallies.reduce((n, { records }) => n + records, 0)).toBe(10);
        expect(
          tallies.filter(
            (tally) => tally.records !== tally.archived + deadLetteredOf(tally) + excludedOf(tally),
          ),
        ).toEqual([]);
        expect(lines('archive')).toHaveLength(tallies.reduce((n, tally) => n + tally.archived, 0));
        expect(lines('dead-letter')).toHaveLength(tallies.reduce((n, tally) => n + deadLetteredOf(tally), 0));
        expect(
          drafts.flatMap((draft) => linesOf(draft.spans)).filter((record) => record.forward),
        ).toHaveLength(tallies.reduce((n, tally) => n + tally.passedOn, 0));
      }
    }
  }
});
