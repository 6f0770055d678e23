import type { CapacityReport, PartitionLag } from '../shared/capacity/report.ts';
import type { LivePartition, Report } from '../shared/report/report.ts';
import { bar, figure, setRows, showFull } from './dom.ts';
import { hoursParts, minutes, time, whole } from './format.ts';

/** Below this, somebody should look; below the other, somebody must act. */
const LITTLE_HOURS = 6;
const LOW_SHARE = 0.25;

export function renderLag({ live, generatedAt }: Report, { lag, namespaces }: CapacityReport): void {
  const retention = new Map(
    namespaces.flatMap(({ name, hubs }) =>
      hubs.map((hub) => [`${name}/${hub.name}`, hub.retentionHours] as const),
    ),
  );
  showFull('lag', lag.partitions.length > 0);
  const worstFirst = lag.partitions.toSorted(
    (a, b) => (a.pauseHours ?? Infinity) - (b.pauseHours ?? Infinity),
  );
  setRows(
    'lag',
    worstFirst.map((partition) => {
      const hours = retention.get(`${partition.namespace}/${partition.hub}`) ?? 0;
      const decided = liveOf(partition, live.partitions)?.lastDecidedAt ?? partition.lastDecidedAt;
      return [
        `${partition.namespace}/${partition.hub}/${partition.id}`,
        figure(partition.events === null ? 'not known' : whole(partition.events)),
        figure(partition.minutes === null ? '—' : minutes(partition.minutes)),
        figure(
          partition.pauseHours === null ? '—' : hoursParts(partition.pauseHours).join(' '),
          styleOf(partition, hours),
        ),
        {
          content:
            partition.pauseHours === null
              ? '—'
              : bar(partition.pauseHours / (hours || 1), { over: isLow(partition, hours) }),
        },
        figure(decided === null ? '—' : time(decided, generatedAt)),
      ];
    }),
  );
}

function liveOf(partition: PartitionLag, all: readonly LivePartition[]): LivePartition | undefined {
  return all.find(
    ({ namespace, hub, id }) =>
      namespace === partition.namespace && hub === partition.hub && id === partition.id,
  );
}

function isLow({ pauseHours }: PartitionLag, retentionHours: number): boolean {
  return pauseHours !== null && (pauseHours < LITTLE_HOURS || pauseHours < retentionHours * LOW_SHARE);
}

function styleOf(partition: PartitionLag, retentionHours: number): string {
  return isLow(partition, retentionHours) ? 'bad strong' : '';
}
