import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a process takes, of itself. Memory is in bytes. */
export interface Vitals {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** Outside the heap, buffers among it. */
  readonly external: number;
  /** Milliseconds of CPU since it was started, of all threads, the kernel's part among them. */
  readonly cpu: number;
  /** How much later than asked for a timer of 10 ms came, in milliseconds, since the vitals before. */
  readonly loopDelay: { readonly p50: number; readonly p99: number; readonly max: number };
}

const RESOLUTION_MS = 10;

/** Tells this process's own vitals every so often, and does not keep it alive. */
export function watchVitals(everyMs: number, onVitals: (vitals: Vitals) => void): void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  setInterval(() => {
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const loopDelay = {
      p50: late(delays.percentile(50)),
      p99: late(delays.percentile(99)),
      max: late(delays.max),
    };
    delays.reset();
    onVitals({ at: Date.now(), rss, heapUsed, heapTotal, external, cpu: (user + system) / 1e3, loopDelay });
  }, everyMs).unref();
}

function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
}
