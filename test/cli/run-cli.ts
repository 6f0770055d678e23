import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** Starts a command of `cli/` as npm would, and kills it if the test is over before it is. */
export function startCli(
  name: string,
  args: readonly string[],
  cwd?: string,
): ChildProcessWithoutNullStreams {
  const file = fileURLToPath(new URL(`../../cli/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { cwd });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

export interface Outcome {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runCli(name: string, args: readonly string[]): Promise<Outcome> {
  const child = startCli(name, args);
  child.stdin.end();
  const [[exitCode], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<unknown[]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}
