import { count, number, printable } from '../format.ts';
import type { ReplayCounts } from './replay-letters.ts';

const LONGEST_HUB = 120;

/** On a line, while it goes on. */
export function progressOf({ found, sent, before, arrived }: Readonly<ReplayCounts>): string {
  const passedOver = before + arrived;
  const rest = passedOver > 0 ? ` · ${number(passedOver)} sent before` : '';
  return `${count(found, 'dead letter')} read · ${number(sent)} sent${rest}`;
}

/** When it is over: what was sent, and what was not and why. */
export function describeCounts(
  counts: Readonly<ReplayCounts>,
  { dryRun }: { readonly dryRun: boolean },
): string {
  const { found, sent, again, before, arrived, unsure, tooLarge, homeless } = counts;
  const lines = [
    dryRun
      ? `Would send ${number(sent)} of ${count(found, 'dead letter')}. Nothing has been sent.`
      : `Sent ${number(sent)} of ${count(found, 'dead letter')}.`,
  ];
  if (again > 0)
    lines.push(
      `${number(again)} of them had been sent before: what of them was archived then will be there twice.`,
    );
  if (before > 0) lines.push(`${number(before)} had been sent before, and are left alone.`);
  if (arrived > 0)
    lines.push(
      `${number(arrived)} had arrived before the run that sent them died, and are marked as sent now.`,
    );
  if (unsure > 0) lines.push(unsureLine(unsure, dryRun));
  if (tooLarge > 0)
    lines.push(`${number(tooLarge)} are larger than the hub takes: sluice dead-letters --out has the bytes.`);
  for (const [hub, n] of homeless)
    lines.push(
      `${number(n)} came from the hub ${printable(hub, LONGEST_HUB)}, which the settings do not name.`,
    );
  return lines.join('\n');
}

function unsureLine(unsure: number, dryRun: boolean): string {
  return dryRun
    ? `${number(unsure)} were being sent when an earlier run died: a run that is not dry looks for them in the hub first.`
    : `${number(unsure)} were being sent when an earlier run died, and the hub no longer tells whether they arrived: look for their ` +
        'records in the archive, and send them with --again if they are not there.';
}

/** For a machine. */
export function countsAsJson({ homeless, ...counts }: Readonly<ReplayCounts>, dryRun: boolean): string {
  return JSON.stringify({ dryRun, ...counts, homeless: Object.fromEntries(homeless) });
}
