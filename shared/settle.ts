import { hubsOf } from './pass-on/backlog.ts';
import { commit } from './commit.ts';
import type { CommitDeps } from './commit.ts';
import type { Ledger, Snapshot } from './ledger/ledger.ts';
import type { PlanBlock } from './ledger/ledger-rows.ts';
import { passOn } from './pass-on/pass-on.ts';
import type { PassOnDeps } from './pass-on/pass-on.ts';
import { sideBySide } from './side-by-side.ts';

export interface SettleDeps extends CommitDeps, PassOnDeps {
  readonly ledger: Ledger;
}

/**
 * Carries a decision out: commits its blocks, and passes their records on. It does not matter who does it, this process or another
 * one after a crash, nor how often. What a records hub refuses is noted as backlog. `changed` when somebody else has decided since.
 */
export async function settle(snapshot: Snapshot, deps: SettleDeps): Promise<Snapshot | 'changed'> {
  const { plan } = snapshot.head;
  if (snapshot.settled || !plan) return snapshot;
  const outcomes = await sideBySide(plan.blocks, async (block) => ({
    block,
    outcome: await commit(block, snapshot.blobs, deps),
  }));
  const gone = outcomes.filter(({ outcome }) => outcome === 'gone').map(({ block }) => block);
  for (const block of gone) await reportLoss(snapshot, block, deps);
  const committed = outcomes.filter(({ outcome }) => outcome === 'committed').map(({ block }) => block);
  const unsent = await passOn(committed, snapshot.partition, snapshot.drafts, deps);
  if (unsent.length === 0) return deps.ledger.settled(snapshot);
  return deps.ledger.postpone(snapshot, unsent, hubsOf(unsent, deps.routes));
}

/** The partition must go on, and the audit must know. */
async function reportLoss(snapshot: Snapshot, block: PlanBlock, { ledger, log }: SettleDeps): Promise<void> {
  await ledger.noteLoss(snapshot.partition, block);
  log(
    'error',
    `A decided block is gone from storage before it was committed: ${block.container}/${block.blob} ${block.id}`,
  );
}
