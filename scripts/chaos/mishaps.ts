import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Operation } from '../../local/event-hubs/emulator.ts';
import type { StorageFault, StorageOperationKind } from '../../local/storage/fault-proxy.ts';
import { HOUR, MINUTE, startOf } from '../../shared/time.ts';
import type { Mishap } from './kinds.ts';
import type { PlannedMishap } from './plan.ts';
import { RECORDS_HUB } from './stage.ts';
import type { HostedOperation, Stage } from './stage.ts';
import type { Trap } from './traps.ts';

type Prepare = (stage: Stage, planned: PlannedMishap) => void;

const EVERYTHING: readonly StorageOperationKind[] = [
  'stage',
  'commit',
  'decide',
  'read',
  'checkpoint',
  'ownership',
];

const PREPARE: Readonly<Record<Exclude<Mishap, ClockMishap>, Prepare>> = {
  'storage 500': once(EVERYTHING, { status: 500 }),
  'storage 503': once(EVERYTHING, { status: 503 }),
  'storage 412': once(['commit', 'decide'], { status: 412 }),
  'storage silent': onStorage(EVERYTHING, ({ ms }) => ({
    lasts: { times: 1 },
    spring: () => ({ silentMs: ms }),
  })),
  'storage disconnected': once(EVERYTHING, { error: 'disconnect' }),
  'storage slow': onStorage(EVERYTHING, ({ ms }) => ({
    lasts: { times: 3 },
    spring: () => ({ until: sleep(ms) }),
  })),
  'stage answer lost': once(['stage'], { loseAnswer: true }),
  'commit answer lost': once(['commit'], { loseAnswer: true }),
  'decide answer lost': once(['decide'], { loseAnswer: true }),
  'tables gone': gone(({ service }) => service === 'table'),
  'blobs gone': gone(({ service, kind }) => service === 'blob' && (kind === 'stage' || kind === 'commit')),
  'records hub busy': atRecordsHub({ error: 'server-busy' }),
  'records hub refuses': atRecordsHub({ error: 'refuse' }),
  'records hub disconnects': breaking(isSend, () => ({ times: 1 }), { error: 'disconnect' }),
  'records hub answer lost': breaking(isSend, () => ({ times: 1 }), { loseAnswer: true }),
  'records hub gone': breaking(isAtRecordsHub, ({ ms }) => ({ ms }), { error: 'disconnect' }),
  'source hub disconnects': onHubs(
    ({ hub, kind }) => hub !== RECORDS_HUB && kind === 'receive',
    () => ({ lasts: { times: 1 }, spring: () => ({ error: 'disconnect' }) }),
  ),
};

type ClockMishap = 'clock forward' | 'clock back';

/** Sets what is to go wrong. The clock does not wait for anybody, and is left to `jump`. */
export function prepareMishaps(stage: Stage, mishaps: readonly PlannedMishap[]): void {
  for (const planned of mishaps) {
    const { kind } = planned;
    if (kind !== 'clock forward' && kind !== 'clock back') PREPARE[kind](stage, planned);
  }
}

/** A broker's clock may step back by so much at the most. Sluice takes more than two minutes for another run. */
const MOST_BACK = 4 * MINUTE;

/** Lets the hub's clock jump, if that is among the mishaps. */
export function jump(stage: Stage, mishaps: readonly PlannedMishap[]): void {
  for (const { kind, ms } of mishaps) {
    if (kind === 'clock forward') {
      const now = stage.clock();
      stage.jumpClock(startOf(HOUR, now) + HOUR - now + ms);
      stage.note(kind, `to ${new Date(stage.clock()).toISOString()}`);
    } else if (kind === 'clock back') {
      stage.jumpClock(-stage.random.integer(1, MOST_BACK));
      stage.note(kind, `to ${new Date(stage.clock()).toISOString()}`);
    }
  }
}

type Rest<Asked, Answer> = Pick<Trap<Asked, Answer>, 'lasts' | 'spring'>;

function onStorage(
  kinds: readonly StorageOperationKind[] | ((operation: HostedOperation) => boolean),
  rest: (planned: PlannedMishap) => Rest<HostedOperation, StorageFault>,
): Prepare {
  const on =
    typeof kinds === 'function' ? kinds : ({ kind }: HostedOperation): boolean => kinds.includes(kind);
  return (stage, planned) => {
    stage.onStorage.set({ kind: planned.kind, skip: planned.skip, on, ...rest(planned) });
  };
}

function once(kinds: readonly StorageOperationKind[], fault: StorageFault): Prepare {
  return onStorage(kinds, () => ({ lasts: { times: 1 }, spring: () => fault }));
}

function gone(on: (operation: HostedOperation) => boolean): Prepare {
  return onStorage(on, ({ ms }) => ({ lasts: { ms }, spring: () => ({ error: 'disconnect' }) }));
}

function onHubs(
  on: (operation: Operation) => boolean,
  rest: (planned: PlannedMishap) => Rest<Operation, Fault>,
): Prepare {
  return (stage, planned) => {
    stage.onHubs.set({ kind: planned.kind, skip: planned.skip, on, ...rest(planned) });
  };
}

function isAtRecordsHub({ hub, kind }: Operation): boolean {
  return hub === RECORDS_HUB && kind !== 'receive';
}

function isSend({ hub, kind }: Operation): boolean {
  return hub === RECORDS_HUB && kind === 'send';
}

function atRecordsHub(fault: Fault): Prepare {
  return onHubs(isSend, () => ({ lasts: { times: 1 }, spring: () => fault }));
}

/** Whoever has no patience for the SDK, which waits for an answer that cannot come any more, kills the host a moment later. */
const PATIENCE_MS = 300;

function breaking(
  on: (operation: Operation) => boolean,
  lasts: (planned: PlannedMishap) => Trap<Operation, Fault>['lasts'],
  fault: Fault,
): Prepare {
  return (stage, planned) => {
    let isFirst = true;
    const spring = (): Fault => {
      if (isFirst && !stage.plan.patient) setTimeout(() => stage.killAll(), planned.ms + PATIENCE_MS);
      isFirst = false;
      return fault;
    };
    stage.onHubs.set({ kind: planned.kind, skip: planned.skip, on, lasts: lasts(planned), spring });
  };
}
