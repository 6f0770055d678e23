import { setTimeout as sleep } from 'node:timers/promises';
import { explain, NoAnswer } from '../connection-failure.ts';
import type { Attempt, Failure } from '../connection-failure.ts';

/** One thing that was tried. */
export interface Step {
  /** `consumer group $Default`, `write` */
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds: number;
  /** What is worth knowing of it, where it went well. */
  readonly found?: string;
  readonly failure?: Failure;
}

/** Something that the app stands on, with all that was tried on it, in order. What rests on a step that failed was not. */
export interface Checked {
  /** `source hub logs` */
  readonly name: string;
  /** That says how to connect to it. */
  readonly setting: string;
  readonly steps: readonly Step[];
}

export interface Target extends Checked {
  /** Answers whether it went well. What `run` answers is worth saying. */
  try(name: string, attempt: Attempt, run: Run): Promise<boolean>;
}

export type Run = (signal: AbortSignal) => Promise<string | undefined>;

/** So long, in milliseconds, each step may take. */
export function openTarget(name: string, setting: string, limit: number): Target {
  const steps: Step[] = [];
  return {
    name,
    setting,
    steps,
    async try(step, attempt, run) {
      const began = performance.now();
      const took = (): number => Math.round(performance.now() - began);
      try {
        const found = await within(limit, run);
        steps.push({ name: step, ok: true, milliseconds: took(), ...(found !== undefined && { found }) });
        return true;
      } catch (error) {
        const failure = explain(error, attempt);
        steps.push({ name: step, ok: false, milliseconds: took(), failure });
        return false;
      }
    },
  };
}

/** Throws `NoAnswer` when the time is over, whether `run` minds its signal or not. */
export async function within<T>(limit: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const late = async (): Promise<never> => {
    await sleep(limit, undefined, { signal: stopping.signal });
    throw new NoAnswer(limit / 1_000);
  };
  try {
    return await Promise.race([run(stopping.signal), late()]);
  } finally {
    stopping.abort();
  }
}
