import { escapeToken, unescapeToken } from '../../shared/json/json-pointer.ts';
import type { Problem } from '../../shared/judge/verdict.ts';
import { kindOf, type Seen } from './infer.ts';
import type { RecordObject } from './read-records.ts';

export interface Fixtures {
  readonly valid: readonly RecordObject[];
  readonly invalid: readonly InvalidFixture[];
}

export interface InvalidFixture {
  readonly record: RecordObject;
  /** JSON pointers to what is wrong. */
  readonly pointers: readonly string[];
}

/** Says of a record which category it is taken for, and what is wrong with it. */
export type Check = (record: RecordObject) => {
  readonly category: string;
  readonly problems: readonly Problem[];
};

const MOST_VALID = 10;
const MOST_WRONG = 2;

/** Records that together show every field with every kind that any of them has, but no more than a few. */
export function telling(records: readonly RecordObject[]): readonly RecordObject[] {
  const shown = new Set<string>();
  const chosen = records.filter((record) => {
    const before = shown.size;
    for (const fact of factsOf(record)) shown.add(fact);
    return shown.size > before;
  });
  return chosen.slice(0, MOST_VALID);
}

function* factsOf(value: unknown, pointer = ''): Generator<string> {
  yield `${pointer} ${kindOf(value)}`;
  if (Array.isArray(value)) for (const item of value) yield* factsOf(item, `${pointer}/0`);
  else if (typeof value === 'object' && value !== null)
    for (const [name, field] of Object.entries(value))
      yield* factsOf(field, `${pointer}/${escapeToken(name)}`);
}

const WRONG: readonly unknown[] = [7, true, 'text', [], {}];

/** The record made invalid in ways that leave no doubt: without something it needs, and with a wrong kind here and there. */
export function invalidFixtures(
  record: RecordObject,
  seen: Seen,
  category: string,
  check: Check,
): InvalidFixture[] {
  const isTelling = (changed: RecordObject, pointer: string): boolean => {
    const found = check(changed);
    return found.category === category && found.problems.map((problem) => problem.pointer).join() === pointer;
  };
  const missing = Object.keys(record)
    .map((name) => ({ record: without(record, name), pointers: [`/${escapeToken(name)}`] }))
    .filter((fixture) => isTelling(fixture.record, fixture.pointers[0] ?? ''));
  const wrong = pointersIn(seen)
    .flatMap((pointer) =>
      WRONG.map((value) => ({ record: put(record, pointer, value), pointers: [pointer] })),
    )
    .filter((fixture) => isTelling(fixture.record, fixture.pointers[0] ?? ''));
  const ofEach = [...Map.groupBy(wrong, ({ pointers }) => pointers[0]).values()].flatMap(
    ([first]) => first ?? [],
  );
  return [...missing.slice(0, 1), ...ofEach.slice(0, MOST_WRONG)];
}

/** The fields of the record and of its `properties`: those inside come first, for they are the category's own. */
function pointersIn({ fields }: Seen): readonly string[] {
  const inside = [...(fields.get('properties')?.fields.keys() ?? [])].map(
    (name) => `/properties/${escapeToken(name)}`,
  );
  return [...inside, ...[...fields.keys()].map((name) => `/${escapeToken(name)}`)];
}

function put(record: RecordObject, pointer: string, value: unknown): RecordObject {
  const [, name = '', inner] = pointer.split('/').map(unescapeToken);
  if (inner === undefined) return { ...record, [name]: value };
  return { ...record, [name]: { ...(record[name] as object | undefined), [inner]: value } };
}

function without(record: RecordObject, name: string): RecordObject {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
}
