import { HEAD_KEY, headFrom } from '../../shared/ledger/ledger-rows.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import { DAY } from '../../shared/time.ts';
import type { Choices } from './choices.ts';
import { RECORDS_HUBS, TIMERS } from './instance.ts';
import type { Trace } from './requests.ts';
import type { EventName } from './scenarios.ts';
import type { World } from './world.ts';

export type Events = Readonly<Record<EventName, () => void | Promise<void>>>;

/** What happens to the world besides messages and requests. */
export function eventsOf(world: World, choices: Choices, trace: Trace): Events {
  const { hubs, storage, down } = world;
  return {
    move: () => world.own(choices.pick(hubs)),

    timer: () => world.tick(world.anyInstance(), choices.pick(TIMERS)),

    rewind() {
      const hub = choices.pick(hubs);
      hub.rewind();
      trace.note(() => `the checkpoint of ${hub.partition.id} goes back to ${hub.checkpoint}`);
      world.own(hub);
    },

    deploy() {
      world.deploy();
      trace.note(() => 'DEPLOYMENT of version 2');
    },

    recreate() {
      trace.note(() => 'the hub is DELETED and created again');
      for (const hub of hubs) hub.recreate();
      for (const hub of hubs) world.own(hub);
    },

    letGo() {
      const hub = choices.pick(hubs);
      const beginning = hub.letGo();
      trace.note(() => `the hub lets go what is before ${beginning} of ${hub.partition.id}`);
    },

    touch() {
      const blobs = [...storage.sinks.store.blobs.keys()];
      if (blobs.length > 0) storage.touch(choices.pick(blobs));
      trace.note(() => 'somebody sets metadata of a blob');
    },

    vanish() {
      world.requests.dropLate();
      const gone = storage.vanish();
      trace.note(() => `a week passes: ${gone} staged blocks are gone`);
    },

    async expire() {
      const month = 31 * DAY;
      const times = hubs.flatMap(({ everything }) => everything.map((message) => message.enqueuedTime));
      for (const hub of hubs) hub.pass(month);
      // No request is on its way for so long, and no process lives for so long.
      world.endAll();
      const gone = await storage.expire(Math.max(0, ...times) + month, blobsInPlans(world));
      trace.note(() => `a month passes: retention deletes ${gone} blobs`);
      for (const hub of hubs) world.own(hub);
    },

    recordsHub() {
      const hub = choices.pick(RECORDS_HUBS);
      if (!down.delete(hub)) down.add(hub);
      trace.note(() => `the records hub ${hub} is ${down.has(hub) ? 'DOWN' : 'back'}`);
    },
  };
}

/** What a decision is still to be carried out on is not done with. */
function blobsInPlans({ storage, hubs }: World): Set<string> {
  const { rows } = storage.sinks.table;
  const ofHubs = hubs.flatMap(({ partition }) => rows.get(partitionKeyOf(partition)) ?? []);
  const heads = ofHubs.filter(({ rowKey }) => rowKey === HEAD_KEY).map(headFrom);
  const blocks = heads.flatMap(({ plan }) => plan?.blocks ?? []);
  return new Set(blocks.map(({ container, blob }) => `${container}/${blob}`));
}
