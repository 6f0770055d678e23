import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SLUICE = fileURLToPath(new URL('../../cli/sluice.ts', import.meta.url));
const SAMPLE_MS = 100;
const KB = 1_024;

export interface Run {
  readonly seconds: number;
  /** Bytes: the most memory that the process had at once; undefined where the platform does not tell. */
  readonly peak: number | undefined;
  /** The last line of what it said of itself. */
  readonly said: string;
  readonly rows: number;
}

/** Runs a command of `sluice` as a person would, over the storage that a connection string names. */
export async function runSluice(args: readonly string[], connectionString: string): Promise<Run> {
  return run(process.execPath, [SLUICE, ...args], { ...process.env, ArchiveStorage: connectionString });
}

export async function run(command: string, args: readonly string[], env = process.env): Promise<Run> {
  const began = performance.now();
  const child = spawn(command, args, { env });
  const exited = once(child, 'exit') as Promise<unknown[]>;
  const watching = watchMemory(child.pid ?? 0, () => child.exitCode !== null);
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} has failed: ${stderr}`);
  const seconds = (performance.now() - began) / 1_000;
  const said = stderr.trimEnd().split('\n').at(-1) ?? '';
  return { seconds, said, rows: stdout.split('\n').length - 1, peak: await watching };
}

/** On Linux alone. */
async function watchMemory(pid: number, isOver: () => boolean): Promise<number | undefined> {
  let peak: number | undefined;
  while (!isOver()) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(status) ?? [];
    if (kilobytes !== undefined) peak = Number(kilobytes) * KB;
    await setTimeout(SAMPLE_MS);
  }
  return peak;
}
