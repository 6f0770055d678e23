import colors from 'picocolors';
import { number, printable } from '../format.ts';
import { plainTable } from '../plain-table.ts';
import type { TraceReport } from './trace.ts';

const LONGEST = 200;

const MEANING: Record<TraceReport['legs'][number]['name'], string> = {
  accepted: 'accepted by the source hub',
  decided: 'decided on',
  archived: 'decided on and archived',
  'passed on': 'passed on to the records hub',
};

export function traceText({ probe, category, legs, rule, kept, stopped }: TraceReport): string {
  const all = legs.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    plainTable({
      headings: ['Leg', 'Took', 'Where'],
      words: 1,
      notes: true,
      rows: legs.map(({ name, milliseconds, where }) => [
        MEANING[name],
        `${number(milliseconds)} ms`,
        printable(where, LONGEST),
      ]),
      total: ['all', `${number(all)} ms`, ''],
    }),
    '',
    stopped
      ? colors.red(`✖ not ${MEANING[stopped.before]} in time. ${stopped.problem}`)
      : colors.green('✔ it came all the way'),
    ...(stopped ? [`  ${stopped.remedy}`] : []),
    ...(rule === undefined ? [] : [`The rule ${rule} keeps it from going further.`]),
    colors.dim(`The record ${probe} is of the category ${category}. ${fate(kept)}`),
  ].join('\n');
}

function fate(kept: TraceReport['kept']): string {
  if (!kept) return 'It has not been found in the archive.';
  return kept.expires === undefined
    ? `It stays in ${kept.blob} for ever, as SLUICE_RETENTION_DAYS has it.`
    : `It stays in ${kept.blob} until ${kept.expires}.`;
}

/** For machines: one object. */
export function traceJson({ legs, ...report }: TraceReport): string {
  const rounded = legs.map((leg) => ({ ...leg, milliseconds: Math.round(leg.milliseconds) }));
  return JSON.stringify({ ok: report.stopped === undefined, legs: rounded, ...report });
}
