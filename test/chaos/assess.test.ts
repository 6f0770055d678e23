import { expect, test } from 'vitest';
import { createRandom } from '../../cli/sample/random.ts';
import { assess } from '../../scripts/chaos/assess.ts';
import { expectedOf } from '../../scripts/chaos/expected.ts';
import type { SentMessage } from '../../scripts/chaos/expected.ts';
import type { Found, PassedOnRecord } from '../../scripts/chaos/found.ts';
import { messageMaker } from '../../scripts/chaos/messages.ts';
import { PARTITION, START } from '../support/messages.ts';

/** With every shape in it, over the turn of an hour. */
const SENT: readonly SentMessage[] = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => {
  const make = messageMaker(createRandom(seed));
  return Array.from({ length: 24 }, (_, n) => {
    const partition = { ...PARTITION, id: String(seed) };
    return { partition, sequenceNumber: n, enqueuedTime: START + n * 150_000, shaped: make() };
  });
});

/** What is found when all went well, with the records of the second hub twice. */
function allWell(): { -readonly [Part in keyof Found]: Found[Part] } {
  const { chains, passedOn, counts } = expectedOf(SENT, () => 'south');
  const records = [...passedOn].map(([id, text]) => ({ id, text }));
  return {
    chains: new Map([...chains].map(([chain, lines]) => [chain, lines.map(({ line }) => line)])),
    passedOn: [...records, ...records],
    counts,
    unsettled: [],
  };
}

/** The longest chain of a container, changed. */
function withChain(container: string, change: (lines: readonly string[]) => readonly string[]): string[] {
  const found = allWell();
  const [chain = '', lines = []] =
    [...found.chains]
      .filter(([name]) => name.startsWith(`${container}/`))
      .toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return assess(SENT, { ...found, chains: new Map([...found.chains, [chain, change(lines)]]) });
}

/** The records of the second hub, each once, changed. */
function withPassedOn(change: (records: readonly PassedOnRecord[]) => readonly PassedOnRecord[]): string[] {
  const found = allWell();
  const once = found.passedOn.slice(found.passedOn.length / 2);
  return assess(SENT, { ...found, passedOn: change(once) });
}

test('nothing is wrong where all is as it was sent, whichever deployment has decided', () => {
  expect(SENT.flatMap(({ shaped }) => shaped.parts.map(({ fate }) => fate))).toContain('dead');
  expect(assess(SENT, allWell())).toEqual([]);
});

test.each(['archive', 'dead-letter', 'salvaged'])(
  'lines of %s: missing, doubled, changed and out of order',
  (container) => {
    expect(withChain(container, (lines) => lines.slice(1))).toEqual([
      expect.stringMatching(/: missing contoso\//),
    ]);
    expect(withChain(container, ([first = '', ...rest]) => [first, first, ...rest])).toEqual([
      expect.stringContaining(': there 2 times: contoso/'),
    ]);
    expect(withChain(container, ([first = '', ...rest]) => [`${first} `, ...rest])).toEqual([
      expect.stringMatching(/: missing contoso\//),
      expect.stringContaining(': changed, or never sent: '),
    ]);
    expect(withChain(container, (lines) => lines.toReversed())).toContainEqual(
      expect.stringContaining(': out of order: contoso/'),
    );
  },
);

test('a blob that nobody has sent anything for', () => {
  const found = allWell();
  const chains = new Map([...found.chains, ['archive/unknown/Odd/elsewhere-', ['{}']]]);

  expect(assess(SENT, { ...found, chains })).toEqual([
    'archive/unknown/Odd/elsewhere-: changed, or never sent: {}',
  ]);
});

test('records of the second hub: missing, changed, under another id, never sent, and out of order', () => {
  const [first] = allWell().passedOn;
  const id = first?.id ?? '';
  const onFirst = (changed: Partial<PassedOnRecord>) =>
    withPassedOn((records) => records.map((record, i) => (i === 0 ? { ...record, ...changed } : record)));

  expect(withPassedOn((records) => records.slice(1))).toEqual([`second hub: missing ${id}: ${first?.text}`]);
  expect(onFirst({ text: 'unknown/Odd {}' })).toEqual([`second hub: changed: ${id}: unknown/Odd {}`]);
  expect(onFirst({ id: `${id}0` })).toEqual([
    `second hub: missing ${id}: ${first?.text}`,
    `second hub: under another id, ${id}0 and not ${id}: ${first?.text}`,
  ]);
  expect(withPassedOn((records) => [...records, { id: 'x', text: 'unknown/Odd {}' }])).toEqual([
    'second hub: not to be passed on: x: unknown/Odd {}',
  ]);
  expect(withPassedOn((records) => records.toReversed())).toContainEqual(
    expect.stringContaining('second hub: out of order: contoso/'),
  );
  expect(withPassedOn((records) => [...records, ...records.toReversed()])).toEqual([]);
});

test('a record of which two deployments have each kept theirs', () => {
  const found = allWell();
  const north = expectedOf(SENT, () => 'north').chains;
  const [chain = '', lines = []] = [...found.chains].find(([name]) => name.includes('/Disputed/')) ?? [];
  const others = (north.get(chain) ?? []).map(({ line }) => line);

  const problems = assess(SENT, {
    ...found,
    chains: new Map([...found.chains, [chain, [...lines, ...others]]]),
  });

  expect(problems).toContainEqual(expect.stringContaining(': changed, or never sent: '));
});

test('counts of the ledger, one too many and one too few', () => {
  const found = allWell();
  const [name = '', n = 0] = [...found.counts].find(([key]) => key.endsWith(' archived')) ?? [];

  const more = assess(SENT, { ...found, counts: new Map([...found.counts, [name, n + 1]]) });
  const fewer = assess(SENT, {
    ...found,
    counts: new Map([...found.counts].filter(([key]) => key !== name)),
  });

  expect(more).toEqual([`ledger: ${name}: ${n + 1}, and not ${n}`]);
  expect(fewer).toEqual([`ledger: ${name}: 0, and not ${n}`]);
});

test('what the ledger has not come to the end of', () => {
  expect(assess(SENT, { ...allWell(), unsettled: ['the plan is still open'] })).toEqual([
    'the plan is still open',
  ]);
});
