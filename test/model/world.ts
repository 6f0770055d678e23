import type { Choices } from './choices.ts';
import { createHub } from './hub.ts';
import type { HubPartition } from './hub.ts';
import { startInstance } from './instance.ts';
import type { Instance, Process, Timer } from './instance.ts';
import type { ModelMessage, Version } from './messages.ts';
import { consume, isInjected } from './owner.ts';
import type { Owner } from './owner.ts';
import { createRequests } from './requests.ts';
import type { Requests, Trace } from './requests.ts';
import type { Scenario } from './scenarios.ts';
import { createStorage } from './storage.ts';
import type { Storage } from './storage.ts';

export interface Problem {
  readonly kind: string;
  readonly detail: string;
}

/** Hubs, processes and storage: all that there is, and all that can happen to it. */
export interface World {
  readonly scenario: Scenario;
  readonly hubs: readonly HubPartition[];
  readonly storage: Storage;
  readonly requests: Requests;
  /** Records hubs. */
  readonly down: Set<string>;
  /** Messages of batches that were taken to their end. */
  readonly taken: ReadonlySet<ModelMessage>;
  readonly problems: Problem[];
  /** Of version 2 of the code, which new instances have from now on. */
  deploy(): void;
  /** From now on, who has read all there is ends. */
  drain(): void;
  /** Whether anything is still being done. */
  readonly isBusy: boolean;
  crash(process: Process, when: string): void;
  /** All processes, with nothing of theirs under way any more. */
  endAll(): void;
  own(hub: HubPartition, instance?: Instance): void;
  newInstance(): Instance;
  /** One that there is, or a new one. */
  anyInstance(): Instance;
  tick(instance: Instance, timer: Timer): void;
}

const NAMES = { namespace: 'contoso', hub: 'logs' };

export function createWorld(scenario: Scenario, choices: Choices, trace: Trace): World {
  const requests = createRequests(choices, trace);
  const storage = createStorage();
  const hubs = Array.from({ length: scenario.partitions }, (_, id) =>
    createHub({ ...NAMES, id: String(id) }, scenario, choices),
  );
  const down = new Set<string>();
  const around = { requests, storage, hubs, down };
  const taken = new Set<ModelMessage>();
  const problems: Problem[] = [];
  const instances: Instance[] = [];
  const owners = new Map<HubPartition, Owner>();
  const tasks = new Map<Promise<void>, Process>();
  const ticking = new Set<string>();
  let isDraining = false;
  let isDeployed = false;

  function newInstance(): Instance {
    // While an update rolls, one of the old version may still begin.
    const version: Version = isDeployed && choices.draw(3) < 2 ? 2 : 1;
    const name = `i${instances.length + 1}/v${version}`;
    const instance = startInstance({ name, version, alive: true }, around);
    instances.push(instance);
    return instance;
  }

  function anyInstance(): Instance {
    const alive = instances.filter((instance) => instance.alive);
    if (scenario.oneProcess && alive[0]) return alive[0];
    return alive[choices.draw(alive.length + 1)] ?? newInstance();
  }

  function start(process: Process, work: Promise<void>): void {
    const task = work
      .catch((error: unknown) => {
        if (!isInjected(error)) problem('fails without a fault', String((error as Error).stack));
      })
      .finally(() => tasks.delete(task));
    tasks.set(task, process);
  }

  function problem(kind: string, detail: string): void {
    problems.push({ kind, detail });
  }

  function own(hub: HubPartition, instance = anyInstance()): void {
    const before = owners.get(hub);
    if (before) before.isLost = true;
    const owner = { hub, instance, isLost: false, left: choices.draw(3) };
    owners.set(hub, owner);
    trace.note(() => `${instance.name} owns ${hub.partition.id} from ${hub.checkpoint} on`);
    start(instance, consume(owner, ownerDeps));
  }

  const ownerDeps = {
    choices,
    requests,
    trace,
    mostMessagesInABatch: scenario.mostMessagesInABatch,
    isDraining: () => isDraining,
    taken: (batch: readonly ModelMessage[]) => batch.forEach((message) => taken.add(message)),
    problem,
  };

  function end(process: Process): void {
    process.alive = false;
    requests.abandon(process);
    for (const [task, of] of tasks) if (of === process) tasks.delete(task);
  }

  function crash(process: Process, when: string): void {
    trace.count('crash');
    trace.note(() => `${process.name} CRASHES ${when}`);
    end(process);
    for (const [hub, { instance }] of owners) if (instance === process) own(hub);
  }

  function endAll(): void {
    for (const instance of instances) if (instance.alive) end(instance);
    requests.dropLate();
  }

  function tick(instance: Instance, timer: Timer): void {
    // The host does not call a timer again before it has ended.
    const name = `${instance.name} ${timer}`;
    if (ticking.has(name)) return;
    ticking.add(name);
    trace.note(() => `${instance.name} the timer ${timer}`);
    start(
      instance,
      instance.timers[timer]().finally(() => ticking.delete(name)),
    );
  }

  return {
    scenario,
    hubs,
    storage,
    requests,
    down,
    taken,
    problems,
    deploy() {
      isDeployed = true;
    },
    drain() {
      isDraining = true;
    },
    get isBusy() {
      return tasks.size > 0;
    },
    crash,
    endAll,
    own,
    newInstance,
    anyInstance,
    tick,
  };
}
