/** What can happen besides messages and requests. */
export type EventName =
  | 'move'
  | 'timer'
  | 'rewind'
  | 'deploy'
  | 'recreate'
  | 'letGo'
  | 'touch'
  | 'vanish'
  | 'expire'
  | 'recordsHub';

export interface Scenario {
  /** Request by request, event by event, until the faults end. */
  readonly turns: number;
  /** At least and at most; for each partition. */
  readonly messages: readonly [number, number];
  /** Of one delivery. */
  readonly mostMessagesInABatch: number;
  readonly partitions: number;
  readonly crashes: number;
  readonly failures: number;
  readonly stalls: number;
  /** In how many of twenty turns there is an event, if any is left. */
  readonly eventRate: number;
  /** How often each may happen at most. */
  readonly events: Partial<Record<EventName, number>>;
  readonly clockStepsBack?: boolean;
  /** A quiet partition: every message has a minute of its own. */
  readonly aMinuteEach?: boolean;
  /** Of the hub that was deleted. */
  readonly checkpointSurvives?: boolean;
  /** Owners change within one process only. */
  readonly oneProcess?: boolean;
}

const BASE: Scenario = {
  turns: 100,
  messages: [3, 9],
  mostMessagesInABatch: 5,
  partitions: 1,
  crashes: 2,
  failures: 4,
  stalls: 2,
  eventRate: 1,
  events: { move: 3, timer: 3, rewind: 1 },
};

function also(events: Scenario['events'], others: Partial<Scenario> = {}): Scenario {
  return { ...BASE, ...others, events: { ...BASE.events, ...events } };
}

export const SCENARIOS = {
  base: BASE,
  deployment: also({ deploy: 1 }),
  rivals: also({ move: 6, rewind: 2 }, { oneProcess: true, crashes: 0 }),
  recreation: also({ recreate: 2 }, { eventRate: 2 }),
  'surviving-checkpoint': also({ recreate: 1 }, { checkpointSurvives: true }),
  'let-go': also({ letGo: 2 }),
  'clock-steps': also({}, { clockStepsBack: true }),
  retention: also({ expire: 2, deploy: 1, rewind: 3 }),
  'foreign-etags': also({ touch: 4 }),
  vanishing: also({ vanish: 2 }),
  // With many calls of the timers, which race with decisions for what is left of the backlog.
  'records-hub-down': also(
    { recordsHub: 5, timer: 10 },
    { turns: 140, messages: [6, 12], mostMessagesInABatch: 2, stalls: 8, eventRate: 3 },
  ),
  minutes: also({}, { aMinuteEach: true, messages: [105, 125], mostMessagesInABatch: 130, turns: 60 }),
  combined: also(
    { deploy: 1, recreate: 1, letGo: 1, touch: 1, vanish: 1, expire: 1, recordsHub: 2 },
    { partitions: 2, clockStepsBack: true, turns: 200 },
  ),
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
