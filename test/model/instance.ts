import { blockCodec } from '../../shared/block-codec.ts';
import type { PipelineDeps } from '../../shared/pipeline.ts';
import { createSettleQuiet } from '../../shared/settle-quiet.ts';
import type { SettleQuiet } from '../../shared/settle-quiet.ts';
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
  /** With a ledger of its own. */
  readonly timerDeps: PipelineDeps;
  readonly settleQuiet: SettleQuiet;
}

/** So few that blobs are sealed often. */
const BLOCKS_PER_BLOB = 3;

/** It knows nothing yet. */
export function startInstance(process: Process, around: Surroundings): Instance {
  const { version } = process;
  const deps = (): PipelineDeps =>
    depsOver(sinksOf(process, around), {
      sourceHubs: sourceHubsOf(process, around),
      codec: blockCodec('none'),
      judge: judgeOf(version),
      chooseRule: chooseRuleOf(version),
      categoryOf: modelCategory,
      retentionDays: ({ category }) => retentionDaysOf(version, category),
      blocksPerBlob: BLOCKS_PER_BLOB,
    });
  return Object.assign(process, { deps: deps(), timerDeps: deps(), settleQuiet: createSettleQuiet() });
}
