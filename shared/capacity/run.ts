import { capacityReport } from '../capacity.ts';
import type { CapacityReport } from '../capacity.ts';
import { HOUR } from '../time.ts';
import { measure, spanBefore } from './measure.ts';
import type { MeasureDeps } from './measure.ts';
import type { ReportStore } from './probe.ts';
import { rollUpDays } from './roll-up.ts';
import { writeSightings } from './sightings.ts';

export interface CapacityDeps extends MeasureDeps {
  readonly reports: ReportStore;
}

const WINDOW = 6 * HOUR;

/** What the timer does: measures, makes hours and days of what is over, and leaves the report. */
export async function runCapacity(deps: CapacityDeps): Promise<CapacityReport> {
  const { table, sourceHubs, reports, log } = deps;
  const { input, partitions, sightingsEtag } = await measure(deps, {
    span: spanBefore(deps.now(), WINDOW),
    rollUp: true,
  });
  await rollUpDays(table, partitions, sourceHubs, input.days.at(-1)?.day);
  await writeSightings(table, input.sightings, sightingsEtag);
  const report = capacityReport(input);
  const json = JSON.stringify(report);
  await reports.write('latest.json', json);
  // One for each day, which its last call leaves: the hours are in the ledger.
  await reports.write(`history/${report.generatedAt.slice(0, 10)}.json`, json);
  log('info', inALine(report));
  // With the code, which alerts look for.
  for (const { severity, text, code } of report.warnings)
    if (severity !== 'low') log('warn', `${text} (${code})`);
  return report;
}

function inALine({ total, namespaces, lag, cost, prices, warnings }: CapacityReport): string {
  const { messageRate, byteRate } = total;
  const needs = namespaces.map(({ name, sizing, recommended }) => {
    return `${name} needs ${sizing.load.units.toFixed(2)} throughput units at peak (${recommended})`;
  });
  return [
    `Peak ${messageRate.peak.toFixed(1)} messages/s, ${(byteRate.peak / 1e6).toFixed(3)} MB/s`,
    ...needs,
    `lag ${lag.events ?? 'unknown'} events`,
    `${cost.total.toFixed(2)} ${prices.currency} a month (prices of ${prices.date})`,
    `${warnings.length} warnings`,
  ].join('; ');
}
