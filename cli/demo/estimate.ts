import colors from 'picocolors';
import type { CapacityReport, NamespaceReport } from '../../shared/capacity/report.ts';
import { TIERS } from '../../shared/capacity/limits.ts';
import { bytes, figure } from '../capacity/figures.ts';
import { printable } from '../format.ts';

const LONGEST_NAME = 40;

/** What it would take if it went on like this, in a few lines. */
export function describeEstimate(report: CapacityReport): string {
  const { total, namespaces, storage, cost, prices } = report;
  const lines = [
    `${figure(total.messageRate.average)} messages/s and ${bytes(total.byteRate.average)}/s:`,
    ...namespaces.map(namespaceLine),
    `the archive grows by ${bytes(storage.bytesPerMonth)} a month, to ${bytes(storage.steadyBytes)} under today's retention;`,
    `${cost.total.toFixed(2)} ${prices.currency} a month in all, most of it for ${cost.largest.map(lower).join(', ')}`,
  ];
  return [
    colors.bold('Capacity, if it went on like this'),
    ...lines.map((line) => `  ${line}`),
    colors.dim(
      `  ${prices.source} in ${prices.region} of ${prices.date}. More of it: npm run --silent sluice -- capacity --help`,
    ),
  ].join('\n');
}

function namespaceLine({ name, sizing, recommended, tiers }: NamespaceReport): string {
  const { title, unit } = TIERS[recommended];
  const units = tiers.find(({ tier }) => tier === recommended)?.units ?? 1;
  const need = `${figure(sizing.load.units)} throughput units at the peak (${sizing.load.binding})`;
  return `${need}, so ${units} ${unit} of ${title} for the namespace ${printable(name, LONGEST_NAME)};`;
}

function lower(name: string): string {
  return name.charAt(0) === 'E' ? name : name.charAt(0).toLowerCase() + name.slice(1);
}
