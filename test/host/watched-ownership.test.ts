import type { CheckpointStore, PartitionOwnership } from '@azure/event-hubs';
import { expect, test } from 'vitest';
import { watchOwnership } from '../../local/host/watched-ownership.ts';
import type { OwnershipWatch } from '../../local/host/watched-ownership.ts';

function ownership(partitionId: string, ownerId: string): PartitionOwnership {
  return {
    fullyQualifiedNamespace: 'ns',
    eventHubName: 'hub',
    consumerGroup: 'cg',
    partitionId,
    ownerId,
    etag: `${partitionId}-etag`,
  };
}

function prepare(...owned: PartitionOwnership[]): { watch: OwnershipWatch; owners: () => Promise<string[]> } {
  const list = async (): Promise<PartitionOwnership[]> => owned;
  const inner: CheckpointStore = {
    listOwnership: list,
    claimOwnership: async (claims) => claims,
    updateCheckpoint: async () => {},
    listCheckpoints: async () => [],
  };
  const watch = watchOwnership(inner, 'me', list);
  const owners = async (): Promise<string[]> =>
    (await watch.store.listOwnership('ns', 'hub', 'cg')).map(({ ownerId }) => ownerId);
  return { watch, owners };
}

test('a reader learns that its partition has another owner, at the next cycle or when asked for', async () => {
  const { watch, owners } = prepare(ownership('0', 'other'), ownership('1', 'me'), ownership('2', ''));
  const lost: string[] = [];
  for (const id of ['0', '1', '2', '3']) watch.enter(id, () => lost.push(id));

  await owners();
  await watch.check();

  expect(lost).toEqual(['0', '0']);
});

test('a partition of ours that nobody reads is shown as abandoned, until the host stops', async () => {
  const { watch, owners } = prepare(ownership('0', 'me'), ownership('1', 'me'), ownership('2', 'other'));
  watch.enter('0', () => {});

  expect(await owners()).toEqual(['me', '', 'other']);
  watch.stop();
  expect(await owners()).toEqual(['me', 'me', 'other']);
});

test('a former reader does not take away the later one of its partition', async () => {
  const { watch } = prepare(ownership('0', 'other'));
  const lost: string[] = [];
  const former = (): number => lost.push('former');
  watch.enter('0', former);
  watch.enter('0', () => lost.push('later'));

  watch.leave('0', former);
  await watch.check();

  expect(lost).toEqual(['later']);
});
