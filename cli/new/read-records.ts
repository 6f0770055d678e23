import { readFile } from 'node:fs/promises';
import { parseExactly } from '../../shared/json/exact-json.ts';
import { split } from '../../shared/take-apart/split.ts';
import { UsageError } from '../usage-error.ts';
import type { CategoryName } from './category-name.ts';

export type RecordObject = Readonly<Record<string, unknown>>;

export interface RecordsFile {
  readonly records: readonly RecordObject[];
  /** Records in it of other categories. */
  readonly others: number;
}

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** The records of a category in a file. Throws a UsageError where there are none, or the file cannot be read. */
export async function readRecords(file: string, category: CategoryName): Promise<RecordsFile> {
  const body = await readFile(file).catch((cause: unknown) => {
    throw new UsageError(`There is no file ${file}, or it cannot be read.`, { cause });
  });
  const isMarked = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const members = split(isMarked ? body.subarray(BYTE_ORDER_MARK.length) : body);
  if ('reason' in members) throw new UsageError(`${file} holds no records: ${members.detail}.`);
  const all = members.map(({ bytes }, i) => recordOf(bytes, i, file));
  const records = all.filter((record) => isNamed(record, category));
  if (records.length === 0) {
    throw new UsageError(
      `${file} holds no record of the category ${category.name}, but of: ${namesIn(all).join(', ')}.`,
    );
  }
  return { records, others: all.length - records.length };
}

function recordOf(member: Buffer, i: number, file: string): RecordObject {
  const value = parsed(member);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`Record ${i + 1} of ${file} is no JSON object.`);
  return value as RecordObject;
}

function parsed(member: Buffer): unknown {
  try {
    return parseExactly(member.toString());
  } catch {
    return undefined;
  }
}

/** In whatever case its letters are: that is no other category. */
function isNamed(record: RecordObject, { source, name }: CategoryName): boolean {
  const expected = source === 'defender' ? `AdvancedHunting-${name}` : name;
  return categoryOf(record).toLowerCase() === expected.toLowerCase();
}

function categoryOf({ category, Category }: RecordObject): string {
  const found = category ?? Category;
  return typeof found === 'string' ? found : 'none';
}

const MOST_NAMES = 5;

function namesIn(records: readonly RecordObject[]): readonly string[] {
  const names = [...new Set(records.map(categoryOf))];
  return names.length <= MOST_NAMES ? names : [...names.slice(0, MOST_NAMES), '...'];
}
