import type { CapacityReport, PartitionLag } from '../capacity/report.ts';
import type { CategoryNames } from './bounded-categories.ts';
import type { Dimensions, Measurement, MetricKey } from './metrics.ts';

const MEASURES = ['average', 'p95', 'peak'] as const;

/** The figures of a report that are worth an alert or a chart beside the counts. */
export function capacityMeasurements(report: CapacityReport, nameOf: CategoryNames): Measurement[] {
  const { namespaces, lag, cost, prices } = report;
  return [
    ...namespaces.flatMap(namespaceMeasurements),
    ...categoryMeasurements(report, nameOf),
    ...lagMeasurements(lag.partitions),
    { metric: 'costMonthly', value: cost.total, dimensions: { currency: prices.currency } },
  ];
}

function namespaceMeasurements({ name, need, hubs, provisioned }: CapacityReport['namespaces'][number]) {
  const namespace = { namespace: name };
  const ofHubs = hubs.flatMap((hub) => needs('hubUnitsNeeded', { ...namespace, hub: hub.name }, hub.need));
  const paid: Measurement[] = provisioned
    ? [
        {
          metric: 'unitsProvisioned',
          value: provisioned.units,
          dimensions: { ...namespace, tier: provisioned.tier },
        },
      ]
    : [];
  return [...needs('unitsNeeded', namespace, need), ...ofHubs, ...paid];
}

function needs(
  metric: MetricKey,
  dimensions: Dimensions,
  need: Readonly<Record<(typeof MEASURES)[number], { readonly units: number }>>,
): Measurement[] {
  return MEASURES.map((measure) => {
    return { metric, value: need[measure].units, dimensions: { ...dimensions, measure } };
  });
}

/** A gauge has one value: what shares a name is added up. Peaks are not reached together, so that sum is the most it can be. */
function categoryMeasurements({ categories }: CapacityReport, nameOf: CategoryNames): Measurement[] {
  const sums = new Map<string, { average: number; p95: number; peak: number }>();
  for (const { key, units } of categories) {
    const sum = sums.get(nameOf(key)) ?? { average: 0, p95: 0, peak: 0 };
    for (const measure of MEASURES) sum[measure] += units[measure];
    sums.set(nameOf(key), sum);
  }
  return [...sums].flatMap(([category, sum]) =>
    MEASURES.map((measure) => {
      return {
        metric: 'categoryUnitsNeeded',
        value: sum[measure],
        dimensions: { category, measure },
      } as const;
    }),
  );
}

/** Of hubs that could be asked: an unknown lag is no lag of 0. */
function lagMeasurements(partitions: readonly PartitionLag[]): Measurement[] {
  const byHub = Map.groupBy(partitions, ({ namespace, hub }) => `${namespace}/${hub}`);
  return [...byHub.values()].flatMap((ofHub) => {
    const [{ namespace, hub } = { namespace: '', hub: '' }] = ofHub;
    const events = ofHub.flatMap((lag) => lag.events ?? []);
    const minutes = ofHub.flatMap((lag) => lag.minutes ?? []);
    const dimensions = { namespace, hub };
    return [
      ...(events.length > 0
        ? [{ metric: 'lagEvents', value: events.reduce((a, b) => a + b), dimensions } as const]
        : []),
      ...(minutes.length > 0
        ? [{ metric: 'lagMinutes', value: Math.max(...minutes), dimensions } as const]
        : []),
    ];
  });
}
