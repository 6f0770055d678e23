import type { Choices } from './choices.ts';
import type { HubPartition } from './hub.ts';
import type { ModelMessage } from './messages.ts';
import type { Trace } from './requests.ts';
import type { World } from './world.ts';

/** The messages that a run has, each into the hub when its time has come. */
export interface Intake {
  readonly hasMore: boolean;
  takeInOne(): void;
  takeInAll(): void;
}

export function createIntake({ hubs, scenario }: World, choices: Choices, trace: Trace): Intake {
  const [least, most] = scenario.messages;
  const left = new Map(hubs.map((hub) => [hub, least + choices.draw(most - least + 1)]));

  function waiting(): HubPartition[] {
    return hubs.filter((hub) => (left.get(hub) ?? 0) > 0);
  }

  function takeInOne(): void {
    const hub = choices.pick(waiting());
    left.set(hub, (left.get(hub) ?? 0) - 1);
    const message = hub.takeIn();
    trace.note(() => `${hub.partition.id} takes in ${describe(message)}`);
  }

  return {
    get hasMore() {
      return waiting().length > 0;
    },
    takeInOne,
    takeInAll() {
      while (waiting().length > 0) takeInOne();
    },
  };
}

/** `3 2026-11-20T10:58:51.000Z envelope A B>X`: as the two versions of the code have it, where they differ. */
function describe({ sequenceNumber, enqueuedTime, kind, records }: ModelMessage): string {
  const treatments = records.map(({ treatments: { 1: one, 2: two } }) =>
    one === two ? one : `${one}>${two}`,
  );
  return [sequenceNumber, new Date(enqueuedTime).toISOString(), kind, ...treatments].join(' ');
}
