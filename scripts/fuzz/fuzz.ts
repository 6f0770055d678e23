import { performance } from 'node:perf_hooks';
import { checkMessage } from './check-message.ts';
import { fuzzMessages } from './messages.ts';

/** A message by which something went wrong. */
export interface Finding {
  readonly index: number;
  readonly problems: readonly string[];
  readonly body: Buffer;
}

export interface FuzzResult {
  readonly messages: number;
  readonly bytes: number;
  readonly ms: number;
  readonly findings: readonly Finding[];
  /** The one that took longest, checks and all: in milliseconds of the processor, as machines have other things to do. */
  readonly worst: { readonly index: number; readonly bytes: number; readonly ms: number };
}

export interface FuzzOptions {
  readonly messages: number;
  readonly seed: number;
  readonly onProgress?: (done: number, findings: number) => void;
}

/** A run that has found so much has found enough. */
const MOST_FINDINGS = 20;
const PROGRESS = 10_000;

/** Takes random and mutated messages apart, and checks what comes of them. */
export function fuzz({ messages, seed, onProgress = () => {} }: FuzzOptions): FuzzResult {
  const findings: Finding[] = [];
  const started = performance.now();
  let bytes = 0;
  let done = 0;
  let worst = { index: 0, bytes: 0, ms: 0 };
  for (const body of fuzzMessages(seed)) {
    if (done === messages || findings.length === MOST_FINDINGS) break;
    const before = process.cpuUsage();
    const problems = problemsOf(body, done);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1_000;
    if (ms > worst.ms) worst = { index: done, bytes: body.length, ms };
    if (problems.length > 0) findings.push({ index: done, problems, body });
    bytes += body.length;
    done++;
    if (done % PROGRESS === 0) onProgress(done, findings.length);
  }
  return { messages: done, bytes, ms: performance.now() - started, findings, worst };
}

function problemsOf(body: Buffer, index: number): string[] {
  try {
    return checkMessage(body, index);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
