import { readFileSync, writeFileSync } from 'node:fs';

/** Whether the system tells the peak of a stretch of time: Linux alone does. */
export const TELLS_PEAK = process.platform === 'linux';

/** What the process holds now, garbage aside where it may be collected; forgets how much it held at the most before. In bytes. */
export function forgetPeak(): number {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  return process.memoryUsage().rss;
}

/** What it held at the most since then. */
export function peak(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
