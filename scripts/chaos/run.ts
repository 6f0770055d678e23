import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pMap from 'p-map';
import { startStorage } from '../../local/storage/azurite.ts';
import type { Storage } from '../../local/storage/azurite.ts';
import { packHost } from '../pack-host.ts';
import { FAULT_KINDS } from './kinds.ts';
import type { FaultKind } from './kinds.ts';
import { planOf } from './plan.ts';
import type { Plan } from './plan.ts';
import { playRound } from './round.ts';
import { setStage } from './stage.ts';
import type { Round } from './round.ts';

export interface ChaosResult {
  readonly rounds: readonly Round[];
  /** How often each kind of fault has really happened. */
  readonly happened: ReadonlyMap<FaultKind, number>;
  readonly ms: number;
}

export interface ChaosOptions {
  /** A round each. */
  readonly plans: readonly Plan[];
  /** Rounds at a time, each on a storage of its own. */
  readonly lanes: number;
  readonly onRound?: (round: Round) => void;
}

/** Plays all rounds. */
export async function runChaos({ plans, lanes, onRound = () => {} }: ChaosOptions): Promise<ChaosResult> {
  const began = performance.now();
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-chaos-'));
  const idle: Storage[] = [];
  const rounds: Round[] = [];
  try {
    const main = await packHost(folder);
    for (let lane = 0; lane < Math.min(lanes, plans.length); lane++) idle.push(await startStorage());
    const [first] = idle;
    if (first) await warmUp(first, main, path.join(folder, 'compiled'));
    await pMap(
      plans,
      async (plan) => {
        const storage = idle.pop() ?? (await startStorage());
        const round = await playRound(plan, storage, main);
        idle.push(storage);
        rounds.push(round);
        onRound(round);
      },
      { concurrency: idle.length },
    );
  } finally {
    for (const storage of idle) await storage.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    rounds: rounds.toSorted((a, b) => a.seed - b.seed),
    happened: countKinds(rounds),
    ms: performance.now() - began,
  };
}

/** Node keeps what it has compiled where this says so, but only of a process that ends in good order. */
async function warmUp(storage: Storage, main: string, cache: string): Promise<void> {
  process.env['NODE_COMPILE_CACHE'] = cache;
  const stage = await setStage(planOf(0), storage, main);
  const host = await stage.aHost();
  await host.stop();
  await stage.close();
}

function countKinds(rounds: readonly Round[]): Map<FaultKind, number> {
  const counts = new Map<FaultKind, number>(FAULT_KINDS.map((kind) => [kind, 0]));
  for (const { kind } of rounds.flatMap(({ happenings }) => happenings))
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
