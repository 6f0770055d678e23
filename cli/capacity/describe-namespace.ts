import colors from 'picocolors';
import { TIERS } from '../../shared/capacity/limits.ts';
import type { HubReport, NamespaceReport, TierOption } from '../../shared/capacity/report.ts';
import { number, printable } from '../format.ts';
import { plainTable } from '../plain-table.ts';
import { figure, megabytesPerSecond, shareBar } from './figures.ts';
import { section } from './section.ts';

const BAR = 20;
const LONGEST_NAME = 40;

/** What a namespace of Event Hubs needs, and what that costs in each tier. */
export function describeNamespace(namespace: NamespaceReport): string {
  const { name, hubs, tiers, because, messagesPerFiveMinutes, billedEventsPerMonth } = namespace;
  const five = `${figure(messagesPerFiveMinutes.average)} messages in five minutes, ${figure(messagesPerFiveMinutes.peak)} at peak`;
  return section(
    `Event Hubs namespace ${printable(name, LONGEST_NAME)}: ${needOf(namespace)}`,
    provisionedLine(namespace),
    plainTable({
      headings: ['Hub', 'Messages/s\npeak', 'MB/s\npeak', 'Readers', 'TU', 'Partitions\nneeded', '\nthere'],
      words: 1,
      rows: hubs.map(hubRow),
    }),
    plainTable({
      headings: ['Tier', 'Units', 'A month', ''],
      words: 1,
      notes: true,
      rows: tiers.map((option) => tierRow(option, namespace)),
    }),
    because,
    colors.dim(`${five}; ${number(billedEventsPerMonth)} events of 64 KB are billed a month.`),
  );
}

function needOf({ sizing: { load, basis } }: NamespaceReport): string {
  const when = basis === 'days' ? ' of the last days' : '';
  return `${figure(load.units)} throughput units at the peak${when}, where ${load.binding} binds`;
}

function provisionedLine({ provisioned, used }: NamespaceReport): string {
  if (!provisioned || used === null) return '';
  const { title, unit } = TIERS[provisioned.tier];
  const share = `${Math.round(used * 100)}%`;
  const line = `${shareBar(used, BAR)} ${share} of ${provisioned.units} ${unit} of ${title}`;
  if (used > 1) return colors.red(line);
  return used > 0.8 ? colors.yellow(line) : line;
}

function hubRow({ name, basis, load, consumerGroups, need, partitions }: HubReport): string[] {
  const mark = basis === 'estimated' ? ' (estimated)' : '';
  return [
    printable(name, LONGEST_NAME) + mark,
    figure(load.messageRate.peak),
    megabytesPerSecond(load.byteRate.peak),
    String(consumerGroups),
    figure(need.peak.units),
    String(partitions.needed),
    partitions.count === null ? '?' : String(partitions.count),
  ];
}

function tierRow(option: TierOption, { recommended }: NamespaceReport): string[] {
  const { tier, units, unitsAreEstimate, fits, monthly, reasons } = option;
  const { title, unit } = TIERS[tier];
  const isChosen = tier === recommended;
  const mark = isChosen ? colors.green('✔') : fits ? ' ' : colors.red('✘');
  return [
    `${mark} ${title}`,
    `${unitsAreEstimate ? 'about ' : ''}${units} ${unit}`,
    monthly.total.toFixed(2),
    reasons.join(' '),
  ];
}
