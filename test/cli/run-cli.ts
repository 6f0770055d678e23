import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface CliOptions {
  readonly cwd?: string | undefined;
  /** Beside the variables of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Of the project whose command it is; this one, unless given. */
  readonly root?: string;
}

/** Starts a command of `cli/` as npm would, and kills it if the test is over before it is. */
export function startCli(
  name: string,
  args: readonly string[],
  { cwd, env, root = ROOT }: CliOptions = {},
): ChildProcessWithoutNullStreams {
  return startNode([path.join(root, 'cli', `${name}.ts`), ...args], { cwd, env });
}

/** Some machines ask for colours everywhere, those that check changes among them (`CI`, `FORCE_COLOR`). */
const { FORCE_COLOR: _, ...inherited } = process.env;
const WITHOUT_COLOURS = { ...inherited, NO_COLOR: '1' };

function startNode(
  args: readonly string[],
  { cwd, env }: Pick<CliOptions, 'cwd' | 'env'>,
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, args, { cwd, env: { ...WITHOUT_COLOURS, ...env } });
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

export async function runCli(
  name: string,
  args: readonly string[],
  options: CliOptions = {},
): Promise<Outcome> {
  return outcomeOf(startCli(name, args, options));
}

/** Runs a script with Node. */
export async function runNode(
  args: readonly string[],
  options: Pick<CliOptions, 'cwd' | 'env'> = {},
): Promise<Outcome> {
  return outcomeOf(startNode(args, options));
}

async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  child.stdin.end();
  const [[exitCode], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<unknown[]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}
