import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FunctionsHost, HostOptions, InvocationEnd, LogEntry } from './host.ts';
import type { Vitals } from './vitals.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** What of the options can cross the boundary of a process; the rest is told by messages. */
export type ProcessOptions = Omit<HostOptions, 'log' | 'onInvocation' | 'now'>;

export type ToHost =
  | { readonly type: 'start'; readonly options: ProcessOptions; readonly vitalsEveryMs: number | undefined }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly method: 'runTimer' | 'stop';
      readonly name: string;
    }
  | { readonly type: 'close' };

export type FromHost =
  | ({ readonly type: 'ready' } & Ready)
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'invocation'; readonly end: InvocationEnd }
  | { readonly type: 'vitals'; readonly vitals: Vitals }
  | { readonly type: 'answer'; readonly id: number; readonly error?: string };

type Ready = Pick<FunctionsHost, 'functions' | 'http'>;

export interface HostProcess extends FunctionsHost {
  readonly pid: number | undefined;
  /** Ends the process at once, as a crash does: nothing is finished, nothing is given up. */
  readonly kill: () => Promise<void>;
  /** Resolves when the process has ended, however it did. */
  readonly exited: Promise<unknown>;
}

export interface HostProcessOptions extends ProcessOptions, Pick<HostOptions, 'log' | 'onInvocation'> {
  /** Where `main.ts` is, unless it is beside this file. */
  readonly main?: string;
  /** Told what the process takes, every second. */
  readonly onVitals?: ((vitals: Vitals) => void) | undefined;
}

const VITALS_MS = 1_000;

/**
 * `startHost` in a process of its own: as many as one likes, each with modules and settings of its own, and each can be
 * killed. It ends with this process. What the app prints is logged as category `Worker.Console`.
 */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const { log = () => {}, onInvocation = () => {}, onVitals, main = MAIN, ...rest } = options;
  const child = fork(main, [], { silent: true, execArgv: [] });
  const exited = once(child, 'exit');
  logOutput(child, log);
  const calls = createCalls(child);
  const ready = Promise.withResolvers<Ready>();
  const failed = (message: string): void => {
    log({ level: 'critical', category: 'Host.General', message });
    ready.reject(new Error(message));
  };
  child.on('message', (message: FromHost) => {
    if (message.type === 'log') log(message.entry);
    else if (message.type === 'invocation') onInvocation(message.end);
    else if (message.type === 'vitals') onVitals?.(message.vitals);
    else if (message.type === 'ready') ready.resolve({ functions: message.functions, http: message.http });
    else if (message.type === 'failed') failed(message.message);
    else calls.answer(message.id, message.error);
  });
  child.on('error', ready.reject);
  child.once('exit', (code, signal) => {
    const death = new Error(`The host process ended (${signal ?? `exit code ${code}`}).`);
    ready.reject(death);
    calls.fail(death);
  });
  send(child, { type: 'start', options: rest, vitalsEveryMs: onVitals && VITALS_MS });
  return {
    ...(await ready.promise),
    pid: child.pid,
    exited,
    runTimer: (name) => calls.call('runTimer', name),
    stop: (name) => calls.call('stop', name),
    close: async () => {
      send(child, { type: 'close' });
      await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

interface Calls {
  call(method: 'runTimer' | 'stop', name: string): Promise<void>;
  answer(id: number, error: string | undefined): void;
  fail(error: Error): void;
}

function createCalls(child: ChildProcess): Calls {
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let calls = 0;
  // A process that has ended can be connected for a moment still, and would be waited for ever.
  let hasEnded = false;
  return {
    call: (method, name) => {
      if (hasEnded || !child.connected) return Promise.reject(new Error('The host process has ended.'));
      calls += 1;
      const answer = Promise.withResolvers<void>();
      waiting.set(calls, answer);
      send(child, { type: 'call', id: calls, method, name });
      return answer.promise;
    },
    answer: (id, error) => {
      if (error === undefined) waiting.get(id)?.resolve();
      else waiting.get(id)?.reject(new Error(error));
      waiting.delete(id);
    },
    fail: (error) => {
      hasEnded = true;
      for (const { reject } of waiting.values()) reject(error);
    },
  };
}

function send(child: ChildProcess, message: ToHost): void {
  if (child.connected) child.send(message);
}

function logOutput(child: ChildProcess, log: (entry: LogEntry) => void): void {
  for (const [stream, level] of [
    [child.stdout, 'information'],
    [child.stderr, 'error'],
  ] as const) {
    if (stream === null) continue;
    const lines = createInterface({ input: stream });
    lines.on('line', (message) => log({ level, category: 'Worker.Console', message }));
  }
}
