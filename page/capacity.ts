import type {
  CapacityReport,
  HubReport,
  Limit,
  NamespaceReport,
  Plan,
  TierName,
  TierOption,
  UnitNeed,
} from '../shared/capacity/report.ts';
import { bar, figure, find, make, makeRow, small } from './dom.ts';
import type { Cell, Content } from './dom.ts';
import { bytes, money, percent, plural, short, units } from './format.ts';

const LIMITS: Readonly<Record<Limit, string>> = {
  'ingress-bytes': 'Bytes in',
  'ingress-events': 'Events in',
  'egress-bytes': 'Bytes out',
  'egress-events': 'Events out',
};

const FIELDS: Readonly<Record<Limit, 'ingressBytes' | 'ingressEvents' | 'egressBytes' | 'egressEvents'>> = {
  'ingress-bytes': 'ingressBytes',
  'ingress-events': 'ingressEvents',
  'egress-bytes': 'egressBytes',
  'egress-events': 'egressEvents',
};

/** The bars end here, so that the line of what is provisioned never stands at the very edge. */
const MARGIN = 1.1;

export function renderCapacity({ namespaces, prices }: CapacityReport): void {
  find('namespaces').replaceChildren(
    ...namespaces.map((namespace) => namespaceBlock(namespace, prices.currency)),
  );
}

function namespaceBlock(namespace: NamespaceReport, currency: string): HTMLElement {
  const { name, need, provisioned, hubs, tiers } = namespace;
  return make(
    'div',
    { class: 'namespace' },
    make('h3', {}, name, ...(provisioned ? [make('span', { class: 'tag' }, planOf(provisioned))] : [])),
    make('p', {}, verdictOf(namespace), ' ', namespace.because),
    make(
      'div',
      { class: 'pair' },
      make('div', {}, limitsTable(need, provisioned?.units)),
      make('div', {}, tiersTable(tiers, namespace.recommended, currency)),
    ),
    hubsTable(hubs),
  );
}

function planOf(plan: Plan): string {
  return `${nameOf(plan.tier)}, ${plural(plan.units, 'unit')}`;
}

function nameOf(tier: TierName): string {
  return tier.slice(0, 1).toUpperCase() + tier.slice(1);
}

function verdictOf({ sizing: { load, basis }, provisioned, used }: NamespaceReport): string {
  const binding = LIMITS[load.binding].toLowerCase();
  const when = basis === 'days' ? 'of the last days' : 'of the window';
  const needed = `The peak ${when} needs ${units(load.units)} units, by its ${binding}.`;
  if (!provisioned || used === null) return `${needed} What is provisioned is not known.`;
  return `${needed} ${percent(used)} of what is provisioned is taken.`;
}

function limitsTable({ average, p95, peak }: UnitNeed, provisioned: number | undefined): HTMLElement {
  const widest = Math.max(provisioned ?? 0, peak.units) * MARGIN || 1;
  const rows = Object.entries(FIELDS).map(([limit, field]) => {
    const name = LIMITS[limit as Limit];
    const binds = limit === peak.binding ? [name, make('span', { class: 'tag' }, 'binds')] : [name];
    const over = provisioned !== undefined && peak[field] > provisioned;
    return [
      { content: binds },
      figure(units(average[field])),
      figure(units(p95[field])),
      figure(units(peak[field]), over ? 'bad strong' : 'strong'),
      {
        content: bar(average[field] / widest, {
          soft: peak[field] / widest,
          over,
          ...(provisioned !== undefined && { mark: provisioned / widest }),
        }),
      },
    ];
  });
  const what = provisioned === undefined ? 'Average, peak' : 'Average, peak, and what there is';
  return table(
    'Units needed, each limit by itself',
    ['Units', ['Average', 'n'], ['p95', 'n'], ['Peak', 'n'], what],
    rows,
  );
}

function tiersTable(tiers: readonly TierOption[], recommended: TierName, currency: string): HTMLElement {
  const rows = tiers.map(({ tier, fits, unitsAreEstimate, monthly, reasons, ...option }) => [
    {
      content: [
        nameOf(tier),
        ...(tier === recommended ? [make('span', { class: 'tag' }, 'recommended')] : []),
      ],
      class: fits ? 'tight' : 'tight muted',
    },
    figure(
      fits ? `${unitsAreEstimate ? 'about ' : ''}${short(option.units)}` : 'does not fit',
      fits ? '' : 'muted',
    ),
    figure(fits ? money(monthly.total, currency) : '—', fits ? '' : 'muted'),
    { content: reasons.join(' '), class: 'long' },
  ]);
  return table('Tiers', ['Tier', ['Units', 'n'], ['A month', 'n'], 'Why, or why not'], rows);
}

function hubsTable(hubs: readonly HubReport[]): HTMLElement {
  const rows = hubs.map(({ name, role, basis, load, partitions, need, retentionHours, consumerGroups }) => [
    { content: [name, small(`${role} hub${basis === 'estimated' ? ', estimated' : ''}`)] },
    figure(`${short(load.messageRate.peak)}/s`),
    figure(`${bytes(load.byteRate.peak)}/s`),
    figure(units(need.peak.units)),
    figure(
      `${partitions.needed} of ${partitions.count ?? 'unknown'}`,
      partitions.count !== null && partitions.needed > partitions.count ? 'bad' : '',
    ),
    figure(partitions.busiest ? `${percent(partitions.busiest.used)} (${partitions.busiest.id})` : '—'),
    figure(String(consumerGroups)),
    figure(plural(retentionHours, 'hour')),
  ]);
  const heads: Head[] = [
    'Hub',
    ['Peak events', 'n'],
    ['Peak bytes', 'n'],
    ['Units', 'n'],
    ['Partitions needed', 'n'],
    ['Busiest is at', 'n'],
    ['Readers', 'n'],
    ['Retention', 'n'],
  ];
  return table('Hubs of the namespace', heads, rows);
}

type Head = string | readonly [text: string, style: string];

/** A table of its own, in a region that can be scrolled by keyboard. */
function table(
  name: string,
  heads: readonly Head[],
  rows: readonly (readonly (Content | Cell)[])[],
): HTMLElement {
  const head = make('tr', {}, ...heads.map(headCell));
  const element = make('table', {}, make('caption', { class: 'unseen' }, name), make('thead', {}, head));
  element.append(make('tbody', {}, ...rows.map(makeRow)));
  const region = make('div', { class: 'scroll' }, element);
  region.setAttribute('role', 'region');
  region.setAttribute('aria-label', name);
  region.tabIndex = 0;
  return region;
}

function headCell(head: Head): HTMLElement {
  const [text, style] = typeof head === 'string' ? [head, ''] : head;
  const cell = make('th', style === '' ? {} : { class: style }, text);
  cell.scope = 'col';
  return cell;
}
