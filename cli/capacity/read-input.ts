import { assumedMeasures, ASSUMED } from '../../shared/capacity/assumed.ts';
import type { Assumed } from '../../shared/capacity/assumed.ts';
import type { CapacityInput, RecordsHubFacts } from '../../shared/capacity/input.ts';
import { measure, spanBefore } from '../../shared/capacity/measure.ts';
import { planFor } from '../../shared/capacity/read-plans.ts';
import type { Span } from '../../shared/capacity/read-window.ts';
import { valueFor } from '../../shared/settings/by-hub.ts';
import { readCapacityConfig } from '../../shared/settings/config.ts';
import type { Log } from '../../shared/log.ts';
import { readDeadLetterDays, readRetention, retentionDaysOf } from '../../shared/retention.ts';
import type { Problems } from '../../shared/settings/settings.ts';
import { built } from '../built.ts';
import { configOf, findSettings } from '../found-settings.ts';
import type { FoundSettings } from '../found-settings.ts';
import { UsageError } from '../usage-error.ts';

/** A category that no rule and no schema knows. */
const ASSUMED_CATEGORY = 'unknown/assumed';

export interface AssumedStream extends Assumed {
  readonly partitions: number;
  readonly fanOut: boolean;
}

/** From figures that somebody gives; needs nothing but the settings of prices, plans and retention, which have defaults. */
export function assumedInput(assumed: AssumedStream, now: number): CapacityInput {
  const problems: Problems = [];
  const env = process.env;
  const capacity = readCapacityConfig(env, problems);
  const retention = readRetention(env, problems);
  const deadLetterDays = readDeadLetterDays(env, problems);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const setup = { category: ASSUMED_CATEGORY, partitions: assumed.partitions, compression: 'gzip' } as const;
  const facts = (hub: string) => ({
    namespace: ASSUMED.namespace,
    hub,
    consumerGroups: valueFor(capacity.consumerGroups, ASSUMED.namespace, hub),
    retentionHours: valueFor(capacity.hubRetentionHours, ASSUMED.namespace, hub),
    partitions: assumed.partitions,
  });
  const records: RecordsHubFacts = { ...facts('records'), messageBytes: 65_536, takes: () => true };
  return {
    basis: 'what-if',
    now,
    measures: assumedMeasures(assumed, setup, now),
    sourceHubs: [facts(ASSUMED.hub)],
    recordsHubs: assumed.fanOut ? [records] : [],
    partitions: [],
    days: [],
    expiringDays: [],
    sightings: {},
    categoryOf: () => ({
      retentionDays: retentionDaysOf('unknown', 'assumed', undefined, retention),
      steps: [],
      messagePerRecord: false,
    }),
    deadLetterDays,
    prices: capacity.prices,
    planOf: (namespace) => planFor(capacity.plans, namespace),
  };
}

/** From the ledger of the stack that npm start has left running, or else of the app's settings in the environment. */
export async function ledgerInput(seconds: number): Promise<CapacityInput> {
  const settings = await findSettings();
  return measuredInput(settings, spanBefore(Date.now(), seconds * 1_000), (level, message) => {
    if (level === 'warn' || level === 'error') console.error(message);
  });
}

const LACK =
  'There is no ledger to read. (For a stream that is not there yet, name it: --events-per-second and --bytes.)';

export async function measuredInput(
  settings: Pick<FoundSettings, 'env' | 'place'>,
  span: Span,
  log: Log,
): Promise<CapacityInput> {
  const config = configOf(settings, LACK);
  // The SDKs take a moment to load, and nobody should wait for them to hear of a wrong option.
  const [{ capacityDeps }, { azureLedgerTable, LEDGER_TABLE }, { tableClient }] = await Promise.all([
    built(() => import('../../shared/azure/capacity-deps.ts')),
    import('../../shared/azure/ledger-table.ts'),
    import('../../shared/azure/clients.ts'),
  ]);
  const ledger = azureLedgerTable(tableClient(config.ledgerStorage, LEDGER_TABLE));
  const { input } = await measure(
    { ...capacityDeps(config, ledger, settings.env), log },
    { span, rollUp: false },
  );
  return input;
}
