import type { Partition } from '../../shared/message.ts';
import type { HubFacts } from '../../shared/sinks.ts';
import { DAY, HOUR, MINUTE, startOf } from '../../shared/time.ts';
import type { Choices } from './choices.ts';
import { anyMessage } from './messages.ts';
import type { ModelMessage } from './messages.ts';
import type { Scenario } from './scenarios.ts';

/** One partition of the source hub, with its checkpoint. */
export interface HubPartition {
  readonly partition: Partition;
  /** All that it ever took in. */
  readonly everything: readonly ModelMessage[];
  readonly life: number;
  readonly checkpoint: number;
  takeIn(): ModelMessage;
  /** The oldest messages go, read or not; how many. */
  letGo(): number;
  recreate(): void;
  /** So much time passes without a message. */
  pass(time: number): void;
  facts(): HubFacts;
  /** When the hub of a life was created. */
  createdOn(life: number): number;
  /** What comes from a number on, within a life; what the hub has let go is not there any more. */
  from(life: number, number: number): readonly ModelMessage[];
  /** As the checkpoint store does: the last to write is right, whoever it is. */
  writeCheckpoint(life: number, number: number): void;
  rewind(): void;
}

const START = Date.parse('2026-11-20T10:57:30.000Z');

/** What the pipeline allows for, less what would be just beyond. */
const MOST_BACKWARDS = 100_000;

export function createHub(partition: Partition, scenario: Scenario, choices: Choices): HubPartition {
  const everything: ModelMessage[] = [];
  let log: ModelMessage[] = [];
  const logs = [log];
  let life = 1;
  let createdOn = START - DAY;
  const births = [createdOn];
  let clock = START;
  let next = 0;
  let beginning = 0;
  let checkpoint = 0;

  function tick(): void {
    const latest = log.at(-1)?.enqueuedTime ?? createdOn;
    if (scenario.clockStepsBack && choices.chance(0.25)) {
      clock = Math.max(clock - choices.pick([30, 5_000, 61_000]), latest - MOST_BACKWARDS, createdOn);
      return;
    }
    if (scenario.aMinuteEach) clock += MINUTE;
    else if (choices.chance(0.04)) clock = startOf(HOUR, clock) + HOUR + choices.pick([0, 1, 700]);
    else clock += choices.pick([1_000, 0, 20, 20_000, 61_000]);
  }

  function takeIn(): ModelMessage {
    tick();
    const place = { partition, life, sequenceNumber: next++, enqueuedTime: clock };
    const message = anyMessage(place, choices, scenario.events.deploy !== undefined);
    everything.push(message);
    log.push(message);
    return message;
  }

  function letGo(): number {
    const gone = 1 + choices.draw(next - beginning);
    beginning = Math.min(next, beginning + gone);
    return beginning;
  }

  function recreate(): void {
    // Its clock is ahead of all that the old hub has seen. See docs/testing.md for one that lags.
    const latest = Math.max(clock, ...everything.map(({ enqueuedTime }) => enqueuedTime));
    clock = latest + 1 + (scenario.checkpointSurvives ? MINUTE : choices.pick([0, 0, MINUTE]));
    createdOn = clock;
    births.push(createdOn);
    life++;
    log = [];
    logs.push(log);
    next = 0;
    beginning = 0;
    if (!scenario.checkpointSurvives) checkpoint = 0;
  }

  function from(ofLife: number, number: number): readonly ModelMessage[] {
    return logs[ofLife - 1]?.slice(ofLife === life ? Math.max(number, beginning) : number) ?? [];
  }

  function writeCheckpoint(ofLife: number, number: number): void {
    if (ofLife === life || scenario.checkpointSurvives) checkpoint = number;
  }

  return {
    partition,
    everything,
    get life() {
      return life;
    },
    get checkpoint() {
      return checkpoint;
    },
    takeIn,
    letGo,
    recreate,
    pass(time) {
      clock += time;
    },
    facts: () => ({ createdOn, beginning }),
    createdOn: (ofLife) => births[ofLife - 1] ?? createdOn,
    from,
    writeCheckpoint,
    rewind() {
      checkpoint = choices.draw(checkpoint + 1);
    },
  };
}
