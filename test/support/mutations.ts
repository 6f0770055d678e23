import { allPointers, put } from '../category-fixtures.ts';

/** A change to a record's text, told by numbers between 0 and 1, so that whoever draws them can repeat and shrink it. */
export interface Mutation {
  readonly kind: keyof typeof MUTATIONS;
  readonly where: number;
  readonly what: number;
}

/** Values of every kind, and those on which parsers differ. */
const VALUES = [
  'null true false 0 -0 7 -1 1.5 1.0 1e2 1E+2 -1.5e-3 1e400 -1e400 9007199254740991 9007199254740993'.split(
    ' ',
  ),
  [
    '""',
    '"text"',
    '"Gr\\u00fc\\u00dfe"',
    '"Grüße"',
    '"\\ud83d"',
    '"😀"',
    '"a\\\\b"',
    '"\\""',
    '"\\/"',
    '"\u007f"',
  ],
  ['[]', '{}', '[null]', '["a"]', '[{}]', '[[1],[]]', '{"a":1}', '{"":0}', '{"a":{"a":[{"a":1}]}}'],
  [
    '"AuditLogs"',
    '"SignInLogs"',
    '"Administrative"',
    '"AdvancedHunting-DeviceInfo"',
    '"repo.create"',
    '"git.push"',
  ],
  [
    '"/subscriptions/a"',
    '"/tenants/a/providers/Microsoft.aadiam"',
    '"\\/tenants\\/a\\/providers\\/microsoft.intune"',
  ],
  [
    '1'.repeat(20),
    '1'.repeat(301),
    `1${'0'.repeat(400)}`,
    `0.${'1'.repeat(400)}`,
    '['.repeat(80) + ']'.repeat(80),
  ],
].flat();

/** What is wrong in most places where it stands. */
const SCRAPS = [
  ...Array.from('"\'\\,:{}[]-+.0e \n\t\r\b\f\v\0\u001f\u00a0\u2028\ufeff/*#'),
  '01 1. .5 +1 1e 0x1 nul True NaN Infinity undefined \\u12 \\x41 ,, ""'.split(' '),
].flat();

const SPACES = [' ', '\n', '\t', '\r\n', '   ', '\u00a0', '\v'];

const KEYS = [
  'category',
  'Category',
  'resourceId',
  'ResourceId',
  'operationName',
  'OperationName',
  'action',
  '@timestamp',
];
const MORE_KEYS = [
  'properties',
  'time',
  'id',
  '',
  '__proto__',
  'constructor',
  'toString',
  'AuditEventId',
  'Actor',
  'ActivityType',
];
const ALL_KEYS = [...KEYS, ...MORE_KEYS, 'cat\\u0065gory', 'unknown to all', 'Grüße'];

const MUTATIONS = {
  setByte: (text: Buffer, where: number, what: number) => {
    const copy = Buffer.from(text);
    copy[Math.floor(where * copy.length)] = Math.floor(what * 256);
    return copy;
  },
  cut: (text: Buffer, where: number, what: number) => {
    const at = Math.floor(where * text.length);
    return Buffer.concat([text.subarray(0, at), text.subarray(at + 1 + Math.floor(what * what * 40))]);
  },
  end: (text: Buffer, where: number) => text.subarray(0, Math.floor(where * text.length)),
  repeat: (text: Buffer, where: number, what: number) => {
    const at = Math.floor(where * text.length);
    return insert(text, at, text.subarray(at, at + Math.floor(what * 60)));
  },
  addScrap: (text: Buffer, where: number, what: number) =>
    insert(text, Math.floor(where * text.length), Buffer.from(pick(SCRAPS, what))),
  addSpace: (text: Buffer, where: number, what: number) =>
    insert(text, pick(marks(text), where), Buffer.from(pick(SPACES, what))),
  addField: (text: Buffer, where: number, what: number) => {
    const openings = marks(text).filter((at) => text[at - 1] === 0x7b);
    const field = `"${pick(ALL_KEYS, where * 7919)}":${pick(VALUES, what)},`;
    return insert(text, pick(openings, where), Buffer.from(field));
  },
  addLastField: (text: Buffer, where: number, what: number) => {
    const field = `,"${pick(ALL_KEYS, where)}":${pick(VALUES, what)}`;
    return insert(text, text.length - 1, Buffer.from(field));
  },
  setValue: (text: Buffer, where: number, what: number) =>
    edit(text, (record, pointers) => put(record, pick(pointers, where), JSON.parse(pick(VALUES, what)))),
  turnAround: (text: Buffer) =>
    edit(text, (record) => Object.fromEntries(Object.entries(record as object).toReversed())),
  shuffle: (text: Buffer, where: number, what: number) =>
    edit(text, (record) => {
      const fields = Object.entries(record as object);
      const [moved = ['a', 1]] = fields.splice(Math.floor(where * fields.length), 1);
      return Object.fromEntries(fields.toSpliced(Math.floor(what * fields.length), 0, moved));
    }),
  indent: (text: Buffer) => edit(text, (record) => record, 2),
} as const;

export const MUTATION_KINDS = Object.keys(MUTATIONS) as readonly Mutation['kind'][];

export function mutate(record: string, mutations: readonly Mutation[]): Buffer {
  let text: Buffer = Buffer.from(record);
  for (const { kind, where, what } of mutations)
    if (text.length > 0) text = MUTATIONS[kind](text, where, what);
  return text;
}

function insert(text: Buffer, at: number, bytes: Buffer): Buffer {
  return Buffer.concat([text.subarray(0, at), bytes, text.subarray(at)]);
}

/** The places behind the marks of JSON, those in strings included. */
function marks(text: Buffer): readonly number[] {
  const places = [...text.keys()].filter((at) => '{}[],:"'.includes(String.fromCharCode(text[at] ?? 0)));
  return places.length === 0 ? [0] : places.map((at) => at + 1);
}

/** What is no JSON any more is left as it is. */
function edit(
  text: Buffer,
  change: (record: unknown, pointers: readonly string[]) => unknown,
  indent?: number,
): Buffer {
  try {
    const record: unknown = JSON.parse(text.toString());
    return Buffer.from(JSON.stringify(change(record, allPointers(record)), undefined, indent));
  } catch {
    return text;
  }
}

function pick<T>(items: readonly T[], part: number): T {
  return items[Math.floor(part * items.length) % items.length] as T;
}
