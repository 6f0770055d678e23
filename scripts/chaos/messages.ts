import { gzipSync } from 'node:zlib';
import type { Random } from '../../cli/sample/random.ts';
import type { Reason } from '../../shared/take-apart/reasons.ts';
import type { Rung } from '../../shared/take-apart/salvage.ts';

/** Two versions of the app: each leaves out the records that the other one keeps. */
export const DEPLOYMENTS = ['north', 'south'] as const;
export type Deployment = (typeof DEPLOYMENTS)[number];

/** The category that the deployments differ on. */
export const DISPUTED = 'Disputed';

/** The rule by which a deployment leaves out what is the other's. */
export function ruleOf(
  deployment: Deployment,
): { readonly name: string } & Readonly<Record<string, unknown>> {
  const other = deployment === 'north' ? 'south' : 'north';
  const which = { category: DISPUTED, operation: other };
  return { name: `without-${other}`, ...which, archive: false, forward: false };
}

interface Place {
  /** Among what the message is taken apart into. */
  readonly index: number;
  readonly source: string;
  readonly category: string;
}

/** A record that is to be archived and passed on. */
export interface Kept extends Place {
  readonly fate: 'kept';
  /** As it is to stand in the archive. */
  readonly line: Buffer;
  /** As it came. */
  readonly bytes: number;
  readonly salvaged?: boolean;
  readonly respaced?: boolean;
  /** The only deployment that keeps it. */
  readonly by?: Deployment;
}

/** A record, or a whole message, that is to be a dead letter. */
export interface Dead extends Place {
  readonly fate: 'dead';
  readonly of: 'message' | 'record';
  readonly reason: Reason;
  readonly bytes: Buffer;
}

/** A message, and what must become of it whatever happens meanwhile. */
export interface Shaped {
  readonly body: Buffer;
  readonly parts: readonly (Kept | Dead)[];
  /** What has to be done to a broken one, whose original is kept then. */
  readonly rungs?: readonly Rung[];
}

const CATEGORIES = ['Even', 'Odd', 'Late night', 'ÄÖ'] as const;

/** So many of the categories and shapes: what a batch costs is the number of the blobs that it touches. */
const MIXED = { categories: 2, shapes: 4 };

/** Makes messages of some shapes, each record with a number of its own. */
export function messageMaker(random: Random): () => Shaped {
  const categories = some(CATEGORIES, MIXED.categories, random);
  let numbered = 0;
  const number = (): number => ++numbered;

  function record(category: string = random.pick(categories)): string {
    const padding = 'x'.repeat(random.integer(0, 60));
    const text = `{ "category":"${category}","n":${number()}, "big":${random.bigInteger(19)},"text":"\\u00e9é/\\/${padding}"}`;
    return random.chance(0.5) ? text : text.replaceAll(/ (?=")/g, '');
  }

  function device(isValid: boolean): string {
    const shared = {
      time: '2026-11-20T10:17:20.1Z',
      tenantId: 't',
      category: 'AdvancedHunting-DeviceInfo',
    };
    return JSON.stringify({ ...shared, n: number(), properties: isValid ? { ReportId: 1 } : 'none' });
  }

  const shapes: readonly (() => Shaped)[] = [
    () => framed('[', many(1, 3, record), ',\n', ']'),
    () => framed('', many(2, 3, record), '\n', ''),
    () => framed('', [record()], '', ''),
    () => zipped(envelope(many(2, 3, record))),
    () => mixed([device(true), device(false), device(true)]),
    () => respaced(number()),
    () => whole(`garbage ${number()}`, 'not-json'),
    () => whole('', 'empty-message'),
    () => whole('{"records":[]}', 'no-records'),
    () => whole(`{"records":${number()}}`, 'records-not-an-array', 'record'),
    () => withNumber(number(), record()),
    () => truncated(many(1, 2, record), number()),
    () => withControlCharacter(number()),
  ];
  const ordinary: readonly (() => Shaped)[] = [
    () => envelope(many(1, 4, record)),
    () => disputed(number(), number()),
  ];
  const chosen = [...ordinary, ...ordinary, ...some(shapes, MIXED.shapes, random)];

  function many(least: number, most: number, make: () => string): string[] {
    return Array.from({ length: random.integer(least, most) }, make);
  }

  return () => random.pick(chosen)();
}

function some<Item>(items: readonly Item[], count: number, random: Random): Item[] {
  const start = random.integer(0, items.length - 1);
  return [...items, ...items].slice(start, start + count);
}

function kept(text: string, index: number, facts: Partial<Kept> = {}): Kept {
  const { category } = JSON.parse(text) as { category: string };
  const line = Buffer.from(text);
  return { fate: 'kept', index, source: 'unknown', category, line, bytes: line.length, ...facts };
}

function dead(bytes: string, index: number, reason: Reason, facts: Partial<Dead> = {}): Dead {
  const unidentified = { source: 'unknown', category: 'none', of: 'record' } as const;
  return { fate: 'dead', index, reason, bytes: Buffer.from(bytes), ...unidentified, ...facts };
}

function framed(open: string, records: readonly string[], separator: string, close: string): Shaped {
  return {
    body: Buffer.from(open + records.join(separator) + close),
    parts: records.map((text, index) => kept(text, index)),
  };
}

function bodyOf(records: readonly string[]): Buffer {
  return Buffer.from(`{"records":[${records.join(',')}]}`);
}

function envelope(records: readonly string[]): Shaped {
  return { body: bodyOf(records), parts: records.map((text, index) => kept(text, index)) };
}

function zipped({ body, parts }: Shaped): Shaped {
  return { body: gzipSync(body), parts };
}

/** Records of a category with a schema, some of which do not fit it. */
function mixed(records: readonly string[]): Shaped {
  const where = { source: 'defender', category: 'DeviceInfo' };
  const parts = records.map((text, index) =>
    text.includes('"none"') ? dead(text, index, 'invalid', where) : kept(text, index, where),
  );
  return { body: bodyOf(records), parts };
}

function disputed(...numbers: readonly [number, number]): Shaped {
  const records = DEPLOYMENTS.map((by, i) => {
    return JSON.stringify({ category: DISPUTED, n: numbers[i], operationName: by });
  });
  const parts = records.map((text, index) => kept(text, index, { by: DEPLOYMENTS[index] ?? 'north' }));
  return { body: bodyOf(records), parts };
}

function respaced(n: number): Shaped {
  const text = `{\n"category":"Even",\n"n":${n}}`;
  const line = Buffer.from(text.replaceAll('\n', ' '));
  return { body: bodyOf([text]), parts: [kept(text, 0, { line, respaced: true })] };
}

function whole(text: string, reason: Reason, of: Dead['of'] = 'message'): Shaped {
  return { body: Buffer.from(text), parts: [dead(text, 0, reason, { of })] };
}

function withNumber(n: number, record: string): Shaped {
  const parts = [dead(String(n), 0, 'not-an-object'), kept(record, 1)];
  return { body: bodyOf([String(n), record]), parts };
}

function truncated(records: readonly string[], n: number): Shaped {
  const torso = `{"category":"Torso","n":${n},"text":"and th`;
  return {
    body: Buffer.from(`{"records":[${[...records, torso].join(',')}`),
    parts: [...records.map((text, index) => kept(text, index)), dead(torso, records.length, 'not-json')],
    rungs: ['truncated'],
  };
}

function withControlCharacter(n: number): Shaped {
  const broken = (tab: string): string => `{"category":"Odd","n":${n},"text":"a${tab}b"}`;
  return {
    body: bodyOf([broken('\t')]),
    parts: [kept(broken('\\t'), 0, { salvaged: true })],
    rungs: ['control-characters'],
  };
}
