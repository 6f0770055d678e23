import type { Storage } from '../../local/storage/azurite.ts';
import { assess } from './assess.ts';
import { auditAll, disputed } from './audited.ts';
import { play } from './events.ts';
import type { SentMessage } from './expected.ts';
import { findAll } from './found.ts';
import { jump, prepareMishaps } from './mishaps.ts';
import type { Plan } from './plan.ts';
import { settleDown } from './settled.ts';
import { RECORDS_HUB, setStage } from './stage.ts';
import type { Happening, Stage } from './stage.ts';

export interface Round {
  readonly seed: number;
  readonly ms: number;
  readonly messages: number;
  readonly records: number;
  /** What is wrong, a sentence each. */
  readonly problems: readonly string[];
  /** What went wrong on purpose. */
  readonly happenings: readonly Happening[];
}

/** Plays a round on a storage, which is empty before and afterwards. */
export async function playRound(plan: Plan, storage: Storage, main: string): Promise<Round> {
  const began = performance.now();
  const stage = await setStage(plan, storage, main);
  try {
    const problems = await problemsOf(stage);
    const sent = [...stage.sent.values()].flat();
    return {
      seed: plan.seed,
      ms: performance.now() - began,
      messages: sent.length,
      records: sent.reduce((sum, { parts }) => sum + parts.length, 0),
      problems,
      happenings: stage.happenings,
    };
  } finally {
    await stage.close();
  }
}

async function problemsOf(stage: Stage): Promise<string[]> {
  try {
    await throwFaults(stage);
    await settleDown(stage);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  stage.killAll();
  const events = stage.hubs.hub(RECORDS_HUB).partitions.flatMap((partition) => partition.events());
  const sent = sentMessages(stage);
  const { connectionString } = stage.storage;
  return [
    ...assess(sent, await findAll(connectionString, events)),
    ...disputed(await auditAll(sent, connectionString, stage.hubSettings), sent.length),
  ];
}

async function throwFaults(stage: Stage): Promise<void> {
  await stage.aHost();
  for (const { event, skip, messages, mishaps } of stage.plan.acts) {
    prepareMishaps(stage, mishaps);
    const firstHalf = Math.ceil(messages / 2);
    await stage.send(firstHalf);
    jump(stage, mishaps);
    await stage.send(messages - firstHalf);
    await play(stage, event, skip);
  }
  stage.onStorage.clear();
  stage.onHubs.clear();
}

/** What was sent, as the source hub numbered it. */
function sentMessages({ hubs, hub, sent }: Stage): SentMessage[] {
  return hubs.hub(hub).partitions.flatMap((partition) => {
    const { id } = partition;
    const shapes = sent.get(id) ?? [];
    return partition.events().map(({ sequenceNumber, enqueuedTime, body }, i) => {
      const shaped = shapes[i];
      if (!shaped?.body.equals(body))
        throw new Error(`Message ${sequenceNumber} of partition ${id} is not what was sent.`);
      return { partition: { namespace: 'localhost', hub, id }, sequenceNumber, enqueuedTime, shaped };
    });
  });
}
