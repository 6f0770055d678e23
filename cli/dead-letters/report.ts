import colors from 'picocolors';
import { count, byteSize, number, printable } from '../format.ts';
import { plainTable } from '../plain-table.ts';
import type { Group } from './group-letters.ts';
import type { Letter } from './letter.ts';
import { categoryOfLetter } from './letter.ts';
import { sparkline } from './sparkline.ts';

const LONGEST_CATEGORY = 44;
const LONGEST_DETAIL = 160;
const PROBLEMS_SHOWN = 3;

const HEADINGS = [
  '',
  'Reason',
  'Category',
  'Letters',
  'Share',
  'Bytes',
  'First (UTC)',
  'Last (UTC)',
  'Over time',
];
/** The columns before the figures. */
const WORDS = 3;

/** A line a group, the largest first, and below it what each is about. */
export function describeGroups(groups: readonly Group[]): string {
  const total = groups.reduce((sum, { letters }) => sum + letters, 0);
  if (total === 0) return 'There are no such dead letters.';
  const from = Math.min(...groups.map(({ first }) => first));
  const to = Math.max(...groups.map(({ last }) => last));
  const rows = groups.map((group, i) => {
    const { reason, letters, bytes, first, last, hours } = group;
    const share = `${((letters / total) * 100).toFixed(1)}%`;
    const spread = sparkline(hours, from, to);
    const facts = [number(letters), share, byteSize(bytes), minute(first), minute(last), spread];
    return [String(i + 1), printable(reason, LONGEST_CATEGORY), whose(group), ...facts];
  });
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  const title = `${count(total, 'dead letter')}, ${byteSize(bytes)}`;
  return [
    colors.bold(title),
    plainTable({ headings: HEADINGS, words: WORDS, rows }),
    ...groups.map(describeExample),
  ].join('\n\n');
}

function describeExample(group: Group, i: number): string {
  const { example, problems, letters, replays } = group;
  const title = `${i + 1}. ${printable(group.reason, LONGEST_CATEGORY)} · ${whose(group)}`;
  const lines = [colors.bold(title)];
  const most = [...problems].toSorted(([, a], [, b]) => b - a).slice(0, PROBLEMS_SHOWN);
  for (const [problem, n] of most)
    lines.push(
      `${printable(problem, LONGEST_DETAIL)}  ${colors.dim(`(in ${number(n)} of ${number(letters)})`)}`,
    );
  if (replays > 0) lines.push(`${number(replays)} of them had been replayed before.`);
  if (most.length === 0) lines.push(printable(example.detail, LONGEST_DETAIL));
  lines.push(
    colors.dim(`for example ${printable(example.id, LONGEST_DETAIL)}, offset ${number(example.offset)}:`),
  );
  lines.push(example.excerpt);
  return lines.join('\n   ');
}

function whose({ category, handler }: Pick<Group, 'category' | 'handler'>): string {
  const name = printable(category, LONGEST_CATEGORY);
  return handler === undefined ? name : `${name} (${printable(handler, LONGEST_CATEGORY)})`;
}

function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

/** One letter on a line. */
export function describeLetter(letter: Letter): string {
  const category = whose({ category: categoryOfLetter(letter), handler: letter.handler });
  const what = `${printable(letter.reason, LONGEST_CATEGORY)} ${category}`;
  return `${letter.id}  ${colors.bold(what)}  ${printable(letter.detail, LONGEST_DETAIL)}`;
}

/** For a machine. */
export function groupsAsJson(groups: readonly Group[]): string {
  const found = groups.map(({ hours, problems, first, last, ...facts }) => ({
    ...facts,
    first: iso(first),
    last: iso(last),
    hours: Object.fromEntries([...hours].toSorted(([a], [b]) => a - b).map(([hour, n]) => [iso(hour), n])),
    problems: Object.fromEntries(problems),
  }));
  const letters = groups.reduce((sum, group) => sum + group.letters, 0);
  return JSON.stringify({ letters, groups: found }, null, 2);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
