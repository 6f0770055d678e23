import { setImmediate } from 'node:timers/promises';
import { assess } from './assess.ts';
import { eventsOf } from './events.ts';
import { replayedChoices, seededChoices, shrink } from './choices.ts';
import type { Choices } from './choices.ts';
import { createIntake } from './intake.ts';
import type { Faults, Trace } from './requests.ts';
import { SCENARIOS } from './scenarios.ts';
import type { EventName, Scenario, ScenarioName } from './scenarios.ts';
import { createWorld } from './world.ts';
import type { Problem, World } from './world.ts';

export interface Outcome {
  readonly problems: readonly Problem[];
  /** How often each thing happened. */
  readonly happened: ReadonlyMap<string, number>;
  readonly drawn: readonly number[];
  /** Empty unless it was asked for. */
  readonly lines: readonly string[];
}

/** After so many, somebody is going round in circles. */
const MOST_TURNS = 20_000;

export function runSeed(name: ScenarioName, seed: number, tracing = false): Promise<Outcome> {
  return run(SCENARIOS[name], seededChoices(seed), tracing);
}

/** The same failure with as little as possible around it. */
export async function shrunk(name: ScenarioName, { problems, drawn }: Outcome): Promise<Outcome> {
  const [first] = problems;
  const scenario = SCENARIOS[name];
  const least = await shrink(drawn, async (candidate) => {
    const outcome = await run(scenario, replayedChoices(candidate), false);
    return outcome.problems.some(({ kind }) => kind === first?.kind);
  });
  return run(scenario, replayedChoices(least), true);
}

async function run(scenario: Scenario, choices: Choices, tracing: boolean): Promise<Outcome> {
  const { trace, happened, lines } = createTrace(tracing);
  const world = createWorld(scenario, choices, trace);
  await underFire(world, choices, trace);
  trace.note(() => '--- the faults are over');
  await toTheEnd(world, choices, trace);
  const problems = world.problems.length > 0 ? world.problems : await assess(world);
  for (const { kind, detail } of problems) trace.note(() => `!! ${kind}: ${detail}`);
  return { problems, happened, drawn: choices.drawn, lines };
}

/** Whatever does not wait for its turn comes to rest first: the order is the seed's alone. */
const rest = (): Promise<void> => setImmediate();

async function underFire(world: World, choices: Choices, trace: Trace): Promise<void> {
  const { scenario, hubs, requests } = world;
  const { crashes, failures, stalls } = scenario;
  const crash: Faults['crash'] = (process, when) => world.crash(process, when);
  const faults: Faults = { crashes, failures, stalls, crash };
  const intake = createIntake(world, choices, trace);
  const happen = eventsOf(world, choices, trace);
  const events = new Map(Object.entries(scenario.events) as [EventName, number][]);
  // A quiet partition has a backlog: its messages are there before anybody reads them.
  if (scenario.aMinuteEach) intake.takeInAll();
  for (const hub of hubs) world.own(hub);
  for (let turn = 0; turn < scenario.turns; turn++) {
    await rest();
    const what = choices.draw(20);
    if (what >= 20 - scenario.eventRate) await anEvent();
    else if (what === 13 && requests.lateOnes > 0) await requests.arriveLate();
    else if (what >= 14 && intake.hasMore) intake.takeInOne();
    else await requests.turn(faults);
  }
  intake.takeInAll();

  async function anEvent(): Promise<void> {
    const possible = [...events].filter(([, left]) => left > 0);
    if (possible.length === 0) return;
    const [name, left] = choices.pick(possible);
    events.set(name, left - 1);
    trace.count(name);
    await happen[name]();
  }
}

/** Everything is delivered and settled, and often delivered once more. */
async function toTheEnd(world: World, choices: Choices, trace: Trace): Promise<void> {
  world.down.clear();
  world.requests.thaw();
  world.drain();
  await deliver();
  if (choices.chance(0.3)) {
    for (const hub of world.hubs) hub.rewind();
    trace.note(() => '--- and once more');
    await deliver();
  }

  async function deliver(): Promise<void> {
    const instance = world.newInstance();
    for (const hub of world.hubs) world.own(hub, choices.draw(2) === 0 ? instance : undefined);
    if (choices.draw(2) === 1) world.tick(world.newInstance(), 'catch-up');
    await untilQuiet(world, choices);
    // The first closes a plan that it sees for the second time.
    for (const timer of ['settle', 'settle', 'catch-up'] as const) {
      world.tick(instance, timer);
      await untilQuiet(world, choices);
    }
  }
}

async function untilQuiet(world: World, choices: Choices): Promise<void> {
  const { requests } = world;
  const noFaults: Faults = { crashes: 0, failures: 0, stalls: 0, crash: () => undefined };
  for (let turns = 0; ; turns++) {
    await rest();
    if (!world.isBusy && requests.lateOnes === 0 && !requests.areWaiting) return;
    if (turns > MOST_TURNS || (world.isBusy && requests.lateOnes === 0 && !requests.areWaiting)) {
      world.problems.push({ kind: 'stuck', detail: 'it never comes to an end' });
      return;
    }
    if (requests.lateOnes > 0 && choices.draw(6) === 5) await requests.arriveLate();
    else if (requests.areWaiting) await requests.turn(noFaults);
    else await requests.arriveLate();
  }
}

function createTrace(tracing: boolean): { trace: Trace; happened: Map<string, number>; lines: string[] } {
  const happened = new Map<string, number>();
  const lines: string[] = [];
  const trace: Trace = {
    note(line) {
      if (tracing) lines.push(line());
    },
    count(name) {
      happened.set(name, (happened.get(name) ?? 0) + 1);
    },
  };
  return { trace, happened, lines };
}
