import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SLUICE = fileURLToPath(new URL('../../cli/sluice.ts', import.meta.url));
const SAMPLE_MS = 100;
const KB = 1_024;
/** USER_HZ, which Linux has for programs whatever its own clock. */
const TICKS_PER_SECOND = 100;

/** Of a process, where the platform tells. */
interface Usage {
  /** Bytes: the most memory that it had at once. */
  readonly peak: number;
  /** Seconds of the processors. */
  readonly processor: number;
}

export interface Run {
  readonly seconds: number;
  readonly usage: Usage | undefined;
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
  const watching = watchUsage(child.pid ?? 0, () => child.exitCode !== null);
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(' ')} has failed: ${stderr}`);
  const seconds = (performance.now() - began) / 1_000;
  const said = stderr.trimEnd().split('\n').at(-1) ?? '';
  return { seconds, said, rows: stdout.split('\n').length - 1, usage: await watching };
}

/** On Linux alone. */
async function watchUsage(pid: number, isOver: () => boolean): Promise<Usage | undefined> {
  let usage: Usage | undefined;
  while (!isOver()) {
    const [status, times] = await Promise.all(
      ['status', 'stat'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
    );
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(status ?? '') ?? [];
    // The 14th and the 15th, behind a name that may have spaces in it.
    const [user, system] = (times ?? '').split(') ').at(-1)?.split(' ').slice(11, 13) ?? [];
    if (kilobytes !== undefined && system !== undefined)
      usage = { peak: Number(kilobytes) * KB, processor: (Number(user) + Number(system)) / TICKS_PER_SECOND };
    await setTimeout(SAMPLE_MS);
  }
  return usage;
}
