import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { rowsOf } from '../../cli/read-back/rows.ts';
import type { Row } from '../../cli/read-back/rows.ts';
import { checkpointContainer } from '../../local/host/connections.ts';
import { LEDGER_TABLE } from '../../shared/azure/ledger-table.ts';
import { unsettledIn } from './found.ts';
import { ASK_STORAGE_MS, comesTrue } from './stage.ts';
import type { Stage } from './stage.ts';

/** Longer than anybody waits before he tries again. */
const STANDSTILL_MS = 90_000;

/** The timers that finish what ingestion leaves open. */
const TIMERS = ['settle', 'catch_up'] as const;

/** Once nothing goes wrong any more: waits until all is taken in, and has the timers finish the rest. Throws where that never comes. */
export async function settleDown(stage: Stage): Promise<void> {
  await untilDone(stage, 'It is not all taken in', async () => {
    await stage.aHost();
    return leftToTakeIn(stage);
  });
  await untilDone(stage, 'Not all is finished', async () => {
    const host = await stage.aHost();
    // One that cannot finish says so, and is run again.
    for (const timer of TIMERS) await host.runTimer(timer).catch(() => false);
    return (await unsettled(stage)).length;
  });
}

/** Until nothing is left; gives up when what is left has not become less for long. */
async function untilDone(stage: Stage, otherwise: string, leftNow: () => Promise<number>): Promise<void> {
  for (let before = Infinity; before > 0;) {
    let left = before;
    const hasMoved = await comesTrue(
      async () => (left = await leftNow()) < before,
      STANDSTILL_MS,
      ASK_STORAGE_MS,
    );
    if (!hasMoved) throw standstill(stage, otherwise);
    before = left;
  }
}

/** Whether the checkpoints are at the end of what was sent. */
export async function isTakenIn(stage: Stage): Promise<boolean> {
  return (await leftToTakeIn(stage)) === 0;
}

/** In messages. */
async function leftToTakeIn({ storage, hubs, hub }: Stage): Promise<number> {
  const container = checkpointContainer({ AzureWebJobsStorage: storage.connectionString });
  const checkpoints = (await container.exists())
    ? await new BlobCheckpointStore(container).listCheckpoints('localhost', hub, '$Default')
    : [];
  const done = new Map(checkpoints.map(({ partitionId, sequenceNumber }) => [partitionId, sequenceNumber]));
  return hubs
    .hub(hub)
    .partitions.reduce(
      (sum, { id, lastSequenceNumber }) => sum + lastSequenceNumber - (done.get(id) ?? -1),
      0,
    );
}

async function unsettled({ storage }: Stage): Promise<string[]> {
  const rows: Row[] = [];
  for await (const row of rowsOf(storage.connectionString, LEDGER_TABLE)) rows.push(row);
  return unsettledIn(rows).filter((sentence) => !sentence.includes('is lost'));
}

function standstill(stage: Stage, what: string): Error {
  const words = stage.hosts().map(({ name, lastWords }) => `${name} last said:\n${lastWords()}`);
  return new Error([`${what}: nothing has moved for ${STANDSTILL_MS / 1_000} s.`, ...words].join('\n'));
}
