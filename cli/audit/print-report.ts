import colors from 'picocolors';
import { describe } from '../../shared/audit/describe.ts';
import { minute } from '../../shared/audit/words.ts';
import type { Fault, Finding } from '../../shared/audit/findings.ts';
import type { AuditReport } from '../../shared/audit/report.ts';
import { count, megabytes, number, printable } from '../format.ts';

/** Names of blobs stand in sentences, and a few of them. */
const LONGEST_SENTENCE = 2_000;
const LONGEST_PLACE = 200;

const VERDICTS: Record<Fault['kind'], string> = {
  'messages-missing': 'missing',
  'messages-doubled': 'doubled',
  'records-missing': 'missing',
  'records-extra': 'unknown',
  'bytes-changed': 'changed',
  'block-lost': 'missing',
  'block-doubled': 'doubled',
  'blocks-misplaced': 'misplaced',
  'blocks-foreign': 'unknown',
  'block-damaged': 'damaged',
  'blob-rewritten': 'changed',
  'blob-foreign': 'unknown',
  'ledger-disagrees': 'ledger',
};

/** The report for a person, line by line. */
export function reportLines(report: AuditReport): string[] {
  const { complete, faults, moreFaults, notes, moreNotes } = report;
  const range = `${minute(report.from)} to ${minute(report.to)} UTC`;
  const verdict = complete
    ? colors.green(`✔ complete: ${range}`)
    : colors.red(`✖ not complete: ${range}, ${count(faults.length + moreFaults, 'fault')}`);
  return [
    verdict,
    ...checkedLines(report).map((line) => `  ${line}`),
    ...faults.flatMap((fault) => findingLines(fault, colors.red(VERDICTS[fault.kind]))),
    ...more(moreFaults, 'fault'),
    ...notes.flatMap((note) => findingLines(note, colors.cyan('note'))),
    ...more(moreNotes, 'note'),
  ];
}

function checkedLines({ checked, expired, offline, undigested, deep }: AuditReport): string[] {
  const { partitions, runs, hours, messages, blobs, blocks, records, bytes } = checked;
  const lines = [
    `ledger: ${count(partitions, 'partition')}, ${count(runs, 'run')}, ${count(hours, 'hour')} with something in them, ${count(messages, 'message')}`,
    `archive: ${count(blobs, 'blob')}, ${count(blocks, 'block')}, ${count(records, 'record')}, ${megabytes(bytes)}` +
      (deep ? ', every byte read' : ', by block lists (--deep reads every byte)'),
  ];
  if (hours === 0) lines.push(colors.yellow('Nothing was taken in at that time.'));
  if (expired.blobs > 0)
    lines.push(
      `expired: ${count(expired.blobs, 'blob')} of ${count(expired.records, 'record')}, deleted by retention`,
    );
  if (offline.blobs > 0)
    lines.push(
      `archive tier: ${count(offline.blobs, 'blob')} of ${count(offline.records, 'record')}, judged by what their metadata says`,
    );
  if (undigested > 0)
    lines.push(
      `${number(undigested)} hours of a category counted, but not compared byte for byte: a part has expired or is in the archive tier`,
    );
  return lines;
}

function findingLines(finding: Finding, verdict: string): string[] {
  const { where, what, advice } = describe(finding);
  return [
    '',
    `${verdict}  ${printable(where, LONGEST_PLACE)}`,
    `  ${printable(what, LONGEST_SENTENCE)}`,
    ...(advice === undefined ? [] : [colors.dim(`  ${advice}`)]),
  ];
}

function more(n: number, noun: string): string[] {
  return n === 0 ? [] : ['', `... and ${count(n, noun)} more`];
}

/** The report for a machine: one object, with its range in ISO 8601 and a sentence for each finding. */
export function reportJson(report: AuditReport): unknown {
  const { complete, from, to, faults, notes, ...rest } = report;
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return { complete, ...range, ...rest, faults: faults.map(withSentences), notes: notes.map(withSentences) };
}

function withSentences(finding: Finding): unknown {
  return { ...finding, ...describe(finding) };
}
