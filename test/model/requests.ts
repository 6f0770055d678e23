import { InjectedFault } from '../support/intercept.ts';
import type { Choices } from './choices.ts';
import type { Process } from './instance.ts';

/** Everything that happens, in words that are made only if somebody wants to read them. */
export interface Trace {
  note(line: () => string): void;
  /** Counts what happened, by name. */
  count(name: string): void;
}

interface Request {
  readonly by: Process;
  readonly what: () => string;
  readonly effect: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly isReady: () => boolean;
  /** A fault can happen to it; not so to what is no request in truth, and to an answer on its way. */
  readonly mayFail: boolean;
  readonly failure: (how: string) => Error;
}

/** What has been sent by somebody who waits for no answer any more. */
type Late = Pick<Request, 'by' | 'what' | 'effect'>;

export interface Requests {
  /** Resolves with the answer, when its turn has come. */
  make<T>(by: Process, what: () => string, effect: () => Promise<T>, options?: RequestOptions): Promise<T>;
  /** Whether any request waits that could be made now. */
  readonly areWaiting: boolean;
  /** Makes one. */
  turn(faults: Faults): Promise<void>;
  readonly lateOnes: number;
  arriveLate(): Promise<void>;
  /** The process is gone: of its requests, some are under way already. */
  abandon(by: Process): void;
  dropLate(): void;
  /** Who has stalled goes on. */
  thaw(): void;
}

export interface RequestOptions {
  readonly isReady?: () => boolean;
  readonly mayFail?: boolean;
  /** What the client throws. */
  readonly failure?: (how: string) => Error;
}

/** How many of each may still happen. */
export interface Faults {
  crashes: number;
  failures: number;
  stalls: number;
  readonly crash: (process: Process, when: string) => void;
}

const CRASH_SHARE = 0.03;
const FAILURE_SHARE = 0.08;
const STALL_SHARE = 0.06;
const LATE_ANSWERS = 0.1;

/** Turns that a process stands still for: much else happens meanwhile. */
const LONGEST_STALL = 60;

const FAILURES = ['never arrives', 'answer lost', 'delayed', 'sent twice'] as const;

export function createRequests(choices: Choices, trace: Trace): Requests {
  let waiting: Request[] = [];
  let late: Late[] = [];
  let turns = 0;
  const stalledUntil = new Map<Process, number>();

  function make<T>(
    by: Process,
    what: () => string,
    effect: () => Promise<T>,
    { isReady = () => true, mayFail = true, failure = injected }: RequestOptions = {},
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    waiting.push({
      by,
      what,
      effect,
      isReady,
      mayFail,
      failure,
      resolve: (value) => resolve(value as T),
      reject,
    });
    return promise;
  }

  function canBeMade(request: Request): boolean {
    return request.isReady() && (stalledUntil.get(request.by) ?? 0) <= turns;
  }

  /** The newest is the likeliest, so that others linger on their way while much else happens. */
  function next(): Request | undefined {
    const ready = waiting.filter(canBeMade);
    const place = (choices.draw(1_024) / 1_024) ** 3;
    const request = ready.at(-1 - Math.floor(place * ready.length));
    waiting = waiting.filter((other) => other !== request);
    return request;
  }

  async function turn(faults: Faults): Promise<void> {
    turns++;
    const request = next();
    if (!request) return;
    if (!request.mayFail) return pass(request);
    if (faults.crashes > 0 && choices.chance(CRASH_SHARE)) return crash(request, faults);
    if (faults.stalls > 0 && choices.chance(STALL_SHARE)) stall(request, faults);
    if (faults.failures > 0 && choices.chance(FAILURE_SHARE)) {
      faults.failures--;
      return fail(request);
    }
    if (faults.failures > 0 && choices.chance(LATE_ANSWERS)) return answerLate(request);
    return pass(request);
  }

  async function pass({ by, what, effect, resolve, reject }: Request): Promise<void> {
    try {
      const answer = await effect();
      trace.note(() => `${by.name} ${what()}${said(answer)}`);
      resolve(answer);
    } catch (error) {
      trace.note(() => `${by.name} ${what()}: ${String(error)}`);
      reject(error as Error);
    }
  }

  async function crash(request: Request, faults: Faults): Promise<void> {
    faults.crashes--;
    const { by, what, effect } = request;
    const hasEffect = choices.draw(2) === 1;
    if (hasEffect) await effect().catch(() => undefined);
    faults.crash(by, `${hasEffect ? 'after' : 'before'}: ${what()}`);
  }

  /** Its answer finds it standing still, as a machine does that is short of memory or is moved. */
  function stall({ by }: Request, faults: Faults): void {
    faults.stalls--;
    trace.count('stall');
    trace.note(() => `${by.name} STALLS`);
    stalledUntil.set(by, turns + 1 + choices.draw(LONGEST_STALL));
  }

  async function fail(request: Request): Promise<void> {
    const { by, what, effect, reject, failure } = request;
    const how = choices.pick(FAILURES);
    trace.count(how);
    trace.note(() => `${by.name} ${what()}   ${how.toUpperCase()}`);
    if (how === 'answer lost') await effect().catch(() => undefined);
    if (how === 'delayed') late.push(request);
    if (how !== 'sent twice') return reject(failure(how));
    // As a client does that tries again by itself: the second answer counts, and either can be the last to arrive.
    if (choices.draw(2) === 0) await effect().catch(() => undefined);
    else late.push(request);
    return pass(request);
  }

  /** Others in the same process go on in the meantime. */
  async function answerLate(request: Request): Promise<void> {
    const { by, what, effect } = request;
    trace.count('answer late');
    const outcome = effect();
    await outcome.catch(() => undefined);
    trace.note(() => `${by.name} ${what()}   (the answer is under way)`);
    waiting.push({
      ...request,
      what: () => `has the answer of: ${what()}`,
      effect: () => outcome,
      mayFail: false,
    });
  }

  async function arriveLate(): Promise<void> {
    const at = choices.draw(late.length);
    const request = late[at];
    if (!request) return;
    late = late.toSpliced(at, 1);
    const answer = await request.effect().catch(String);
    trace.count('arrived late');
    trace.note(() => `late, by ${request.by.name}: ${request.what()}${said(answer)}`);
  }

  function abandon(by: Process): void {
    const own = waiting.filter((request) => request.by === by);
    waiting = waiting.filter((request) => request.by !== by);
    for (const request of own) if (request.mayFail && choices.chance(0.3)) late.push(request);
  }

  return {
    make,
    get areWaiting() {
      return waiting.some(canBeMade);
    },
    turn,
    get lateOnes() {
      return late.length;
    },
    arriveLate,
    abandon,
    dropLate() {
      late = [];
    },
    thaw() {
      stalledUntil.clear();
    },
  };
}

/** An answer that is a word is worth reading. */
function said(answer: unknown): string {
  return typeof answer === 'string' ? ` -> ${answer}` : '';
}

function injected(how: string): Error {
  return new InjectedFault(how);
}
