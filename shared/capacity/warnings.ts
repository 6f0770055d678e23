import { DAY } from '../time.ts';
import { TIERS } from './limits.ts';
import type { CapacityReport, LimitDate, NamespaceReport, PartitionLag, Warning } from './report.ts';

/** Of the provisioned units. */
const NEAR = 0.8;
/** Of the hub's retention. */
const RETENTION_NEAR = 0.5;
const LAGGING_MINUTES = 15;
const SOON_DAYS = 30;
/** A partition that takes so many times what the mean one does, and a good part of what one takes. */
const HOT_USED = 0.5;

const ORDER = { high: 0, medium: 1, low: 2 } as const;

/** What somebody should do something about. */
export function warningsOf(report: Omit<CapacityReport, 'warnings'>): Warning[] {
  const { namespaces, lag, silent, backlog, ledger, trend, generatedAt } = report;
  const all = [
    ...namespaces.flatMap(unitWarnings),
    ...namespaces.flatMap(partitionWarnings),
    ...lag.partitions.flatMap((partition) => lagWarnings(partition, report)),
    ...trend.limits.flatMap((limit) => soonWarnings(limit, Date.parse(generatedAt))),
    ...silent.map(({ subject, silentMinutes, habitMinutes }): Warning => {
      const text = `Nothing has come from ${subject} for ${duration(silentMinutes)}; it is used to pauses of ${duration(habitMinutes)}.`;
      return { code: 'source-silent', severity: 'medium', subject, text };
    }),
    ...backlogWarnings(backlog, Date.parse(generatedAt)),
    ...ledgerWarnings(ledger),
  ];
  return all.toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

function unitWarnings({ name, provisioned, used, sizing, tiers, recommended }: NamespaceReport): Warning[] {
  const own = tiers.find(({ tier }) => tier === (provisioned?.tier ?? recommended));
  const exceeded: Warning[] =
    own && own.units > own.maxUnits
      ? [
          {
            code: 'tier-exceeded',
            severity: 'high',
            subject: name,
            text: `The peak needs ${own.units} ${TIERS[own.tier].unit}, and ${TIERS[own.tier].title} has at most ${own.maxUnits}.`,
          },
        ]
      : [];
  if (!provisioned || used === null || used < NEAR) return exceeded;
  const { unit, title } = TIERS[provisioned.tier];
  const share = `${Math.round(used * 100)}%`;
  const text = `The peak takes ${share} of the ${provisioned.units} ${unit} of ${title} in ${name} (${sizing.load.binding}).`;
  const isOver = used > 1;
  const warning: Warning = {
    code: isOver ? 'units-exceeded' : 'units-near',
    severity: isOver ? 'high' : 'medium',
    subject: name,
    text,
  };
  return [...exceeded, warning];
}

function partitionWarnings({ name, hubs }: NamespaceReport): Warning[] {
  return hubs.flatMap(({ name: hub, partitions: { busiest, count }, need }): Warning[] => {
    const fair = need.peak.units / (count ?? 1);
    if (!busiest || busiest.used < HOT_USED || busiest.used < 2 * fair) return [];
    const subject = `${name}/${hub}/${busiest.id}`;
    const text = `Partition ${subject} takes ${Math.round(busiest.used * 100)}% of what one can, and the others far less: look at the sender's partition key.`;
    return [{ code: 'hot-partition', severity: 'medium', subject, text }];
  });
}

function lagWarnings(partition: PartitionLag, { namespaces }: Pick<CapacityReport, 'namespaces'>): Warning[] {
  const { namespace, hub, id, minutes, pauseHours, events, checkpoint, lastDecided } = partition;
  const subject = `${namespace}/${hub}/${id}`;
  const found: Warning[] = [];
  if (events === null) {
    const text = `${subject} could not be asked how far it is.`;
    found.push({ code: 'hub-unknown', severity: 'low', subject, text });
  }
  if (checkpoint !== null && lastDecided !== null && checkpoint > lastDecided) {
    const text = `The checkpoint of ${subject} (${checkpoint}) is beyond what the ledger has decided (${lastDecided}): the events between are lost.`;
    found.push({ code: 'checkpoint-ahead', severity: 'high', subject, text });
  }
  if (minutes === null || pauseHours === null || events === 0) return found;
  const retentionHours = namespaces
    .find(({ name }) => name === namespace)
    ?.hubs.find(({ name }) => name === hub)?.retentionHours;
  const text = `${subject} is ${duration(minutes)} behind`;
  if (retentionHours !== undefined && minutes / 60 > retentionHours * RETENTION_NEAR) {
    const kept = `the hub keeps events for ${retentionHours} hours, and will let unread ones go in ${duration(pauseHours * 60)}`;
    found.push({ code: 'retention-near', severity: 'high', subject, text: `${text}; ${kept}.` });
  } else if (minutes > LAGGING_MINUTES) {
    found.push({ code: 'lagging', severity: 'medium', subject, text: `${text}, by ${events} events.` });
  }
  return found;
}

function soonWarnings({ namespace, what, at, reached, binding }: LimitDate, now: number): Warning[] {
  if (at === null || (!reached && Date.parse(at) > now + SOON_DAYS * DAY)) return [];
  const text = reached
    ? `${what} in ${namespace} are used up at peak (${binding}).`
    : `At this growth, ${what} in ${namespace} are used up at peak on ${at} (${binding}).`;
  return [{ code: 'limit-soon', severity: reached ? 'high' : 'medium', subject: namespace, text }];
}

function backlogWarnings({ hubs, since }: CapacityReport['backlog'], now: number): Warning[] {
  if (since === null) return [];
  const minutes = (now - Date.parse(since)) / 60_000;
  const text = `What goes to ${hubs.join(', ')} waits in the archive, for ${duration(minutes)} now.`;
  return [{ code: 'backlog', severity: 'medium', subject: hubs.join(', '), text }];
}

function ledgerWarnings({ balanced, records, archived, deadLettered, excluded }: CapacityReport['ledger']) {
  if (balanced) return [];
  const text = `The ledger counts ${records} records, but ${archived} archived, ${deadLettered} dead-lettered and ${excluded} excluded.`;
  return [{ code: 'ledger-unbalanced', severity: 'high', subject: 'ledger', text } satisfies Warning];
}

export function duration(minutes: number): string {
  if (minutes < 2) return `${Math.round(minutes * 60)} seconds`;
  if (minutes < 120) return `${Math.round(minutes)} minutes`;
  return minutes < 48 * 60 ? `${(minutes / 60).toFixed(1)} hours` : `${(minutes / 1_440).toFixed(1)} days`;
}
