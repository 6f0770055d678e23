import { createBacklogRows } from '../../shared/pass-on/backlog.ts';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import { catchUp } from '../../shared/pass-on/catch-up.ts';
import { createLedger } from '../../shared/ledger/ledger.ts';
import { createPartitionList } from '../../shared/ledger/ledger-partitions.ts';
import type { PartitionList } from '../../shared/ledger/ledger-partitions.ts';
import type { PipelineDeps } from '../../shared/pipeline.ts';
import { settleQuiet } from '../../shared/settle-quiet.ts';
import { depsOver } from '../support/deps.ts';
import { chooseRuleOf, judgeOf, modelCategory, retentionDaysOf } from './messages.ts';
import type { Version } from './messages.ts';
import { sinksOf, sourceHubsOf } from './sinks.ts';
import type { Surroundings } from './sinks.ts';

/** A process of the function app, with one version of the code. */
export interface Process {
  readonly name: string;
  readonly version: Version;
  alive: boolean;
}

export interface Instance extends Process {
  /** All its invocations share them, as they do in the app. */
  readonly deps: PipelineDeps;
  readonly timers: Readonly<Record<Timer, () => Promise<void>>>;
}

export const TIMERS = ['settle', 'catch-up'] as const;
export type Timer = (typeof TIMERS)[number];

export const RECORDS_HUBS = ['a', 'b'] as const;

const ROUTES = { hub: '{category}', hubs: RECORDS_HUBS, fallbackHub: 'b' };

/** So few that blobs are sealed often. */
const BLOCKS_PER_BLOB = 3;

/** It knows nothing yet. */
export function startInstance(process: Process, around: Surroundings): Instance {
  const { version } = process;
  const sinks = sinksOf(process, around);
  const deps = depsOver(sinks, {
    sourceHubs: sourceHubsOf(process, around),
    codec: blockCodec('none'),
    judge: judgeOf(version),
    chooseRule: chooseRuleOf(version),
    categoryOf: modelCategory,
    retentionDays: ({ category }) => retentionDaysOf(version, category),
    blocksPerBlob: BLOCKS_PER_BLOB,
    routes: ROUTES,
  });
  const ofATimer = (): PipelineDeps & { partitions: PartitionList } => ({
    ...deps,
    partitions: createPartitionList(sinks.table),
    // One that does not know what ingestion knows.
    ledger: createLedger(sinks.table, { store: sinks.store, blocksPerBlob: BLOCKS_PER_BLOB }),
  });
  const atOnce = { bytesPerSecond: Infinity, until: Infinity, sleep: () => Promise.resolve() };
  return Object.assign(process, {
    deps,
    timers: {
      settle: () => settleQuiet(ofATimer()),
      'catch-up': () => catchUp({ ...ofATimer(), ...atOnce, backlog: createBacklogRows(sinks.table) }),
    },
  });
}
