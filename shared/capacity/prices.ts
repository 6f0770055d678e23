/**
 * List prices of Azure, without tax or discount. This file is the only place that knows any; `SLUICE_PRICES` replaces what differs.
 *
 * Event Hubs and storage: the retail API (https://prices.azure.com/api/retail/prices) as infracost's tests hold it for the US East class of
 * regions, monthly figures divided by 730;
 * the cold and archive tiers as the price page has them for East US 2. Functions: the Flex Consumption plan in East US, on demand
 * (https://azure.microsoft.com/pricing/details/functions/).
 */
export const PRICES = {
  region: 'East US',
  currency: 'USD',
  date: '2026-11-20',
  source: "Azure's list prices",
  eventHubs: {
    /** A throughput, processing or capacity unit for an hour. */
    basicUnitHour: 0.015,
    standardUnitHour: 0.03,
    premiumUnitHour: 1.027,
    dedicatedUnitHour: 6.849,
    /** Of 64 KB; Basic and Standard alone. */
    millionEvents: 0.028,
    /** Beyond what is included: Premium and Dedicated. Basic and Standard pay as for blobs. */
    retentionGbMonth: 0.1,
  },
  storage: {
    hotGbMonth: 0.0208,
    coolGbMonth: 0.0152,
    coldGbMonth: 0.0036,
    archiveGbMonth: 0.002,
    hotWrites10k: 0.055,
    tableTransactions10k: 0.00036,
  },
  functions: {
    millionExecutions: 0.4,
    gbSecond: 0.000026,
    freeExecutions: 250_000,
    freeGbSeconds: 100_000,
  },
} as const satisfies Prices;

export interface Prices {
  readonly region: string;
  readonly currency: string;
  /** `2026-11-20` */
  readonly date: string;
  readonly source: string;
  readonly eventHubs: Readonly<
    Record<
      | 'basicUnitHour'
      | 'standardUnitHour'
      | 'premiumUnitHour'
      | 'dedicatedUnitHour'
      | 'millionEvents'
      | 'retentionGbMonth',
      number
    >
  >;
  readonly storage: Readonly<
    Record<
      | 'hotGbMonth'
      | 'coolGbMonth'
      | 'coldGbMonth'
      | 'archiveGbMonth'
      | 'hotWrites10k'
      | 'tableTransactions10k',
      number
    >
  >;
  readonly functions: Readonly<
    Record<'millionExecutions' | 'gbSecond' | 'freeExecutions' | 'freeGbSeconds', number>
  >;
}
