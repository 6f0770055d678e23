import { built } from '../built.ts';
import type { LetterOptions } from '../dead-letters/letter-options.ts';
import { toQuery } from '../dead-letters/letter-options.ts';
import { byteSize, count, number } from '../format.ts';
import { createProgress } from '../progress.ts';
import { UsageError } from '../usage-error.ts';
import { readState, removeState, STATE_FILE, writeState } from './archive-state.ts';
import type { ArchiveRequest, ArchiveState } from './archive-state.ts';
import { interruption } from './interruption.ts';
import type { ArchiveOutcome } from './run-archive.ts';

export interface ReplayArchiveOptions extends Pick<LetterOptions, 'from' | 'to' | 'source' | 'category'> {
  readonly hub?: string;
  readonly all?: true;
  readonly skipPlain?: true;
  readonly rate?: number;
  readonly state?: string;
  readonly resume?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Messages a second, unless it is given: of 64 KiB each, what one throughput unit takes. */
export const ARCHIVE_RATE = 16;

export async function replayArchiveCommand(options: ReplayArchiveOptions): Promise<void> {
  const file = options.state ?? STATE_FILE;
  const begun = options.resume ? await unfinished(file) : await begin(options, file);
  // The SDK takes a moment to load, and nobody should wait for it to hear of a wrong option.
  const { runArchive, measureArchive } = await built(() => import('./run-archive.ts'));
  if (options.dryRun) {
    const { records, bytes, plain } = await measureArchive(begun);
    if (options.json) console.log(JSON.stringify({ dryRun: true, records, bytes, plain }));
    else
      console.log(
        `Would send up to ${count(records, 'record')} (${byteSize(bytes)} in the archive). Nothing has been sent.`,
      );
    return;
  }
  const progress = createProgress({ json: options.json === true });
  const signal = interruption();
  progress.begin(
    options.resume ? `Going on at ${begun.hour.slice(0, 13)}h UTC` : 'Sending the archive again',
  );
  let outcome: ArchiveOutcome;
  try {
    outcome = await runArchive({
      begun,
      rate: options.rate ?? ARCHIVE_RATE,
      signal,
      onBlock: async (state, all) => {
        await writeState(file, state);
        progress.update(progressOf(state, all));
      },
    });
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${reason} ${goOn(file)}`, { cause });
  } finally {
    progress.stop();
  }
  if (signal.aborted) {
    await writeState(file, outcome.state);
    throw new Error(`It was stopped. ${goOn(file)}`);
  }
  await removeState(file);
  const { records, messages, leftOut } = outcome.state;
  if (options.json)
    console.log(JSON.stringify({ dryRun: false, records, messages, leftOut, plain: outcome.plain }));
  else progress.done(describe(outcome));
}

async function unfinished(file: string): Promise<ArchiveState> {
  const state = await readState(file);
  if (state) return state;
  throw new UsageError(`There is nothing to go on with: no file ${file} tells how far a replay is.`);
}

async function begin(options: ReplayArchiveOptions, file: string): Promise<ArchiveState> {
  if (options.from === undefined) throw new UsageError('From when on? --from-archive needs --from.');
  const { range } = toQuery({ from: options.from, to: options.to ?? Date.now() });
  const { source, category, hub, all, skipPlain } = options;
  const request: ArchiveRequest = {
    from: new Date(range.from).toISOString(),
    to: new Date(range.to).toISOString(),
    ...(source && { source }),
    ...(category && { category }),
    ...(hub !== undefined && { hub }),
    ...(all && { all }),
    ...(skipPlain && { skipPlain }),
  };
  const left = options.dryRun ? undefined : await readState(file);
  if (left) {
    throw new UsageError(
      `A replay of the archive from ${left.request.from} to ${left.request.to} is not finished. Go on with it: --resume. Or delete ${file}.`,
    );
  }
  return { request, hour: '', doneLanes: [], records: 0, messages: 0, leftOut: 0, bytes: 0 };
}

function progressOf({ hour, records, messages, bytes }: ArchiveState, all: number): string {
  const share = all === 0 ? 100 : Math.min(100, (bytes / all) * 100);
  const sent = `${count(records, 'record')} in ${count(messages, 'message')}`;
  return `${share.toFixed(0)}% · ${hour.slice(0, 13)}h UTC · ${sent}`;
}

function describe({ state, plain }: ArchiveOutcome): string {
  const lines = [`Sent ${count(state.records, 'record')} in ${count(state.messages, 'message')}.`];
  if (state.leftOut > 0)
    lines.push(
      `${number(state.leftOut)} were not passed on when they came, and are left out: --all sends them too.`,
    );
  if (plain > 0) lines.push(`${count(plain, 'blob')} written with SLUICE_COMPRESSION=none were left out.`);
  return lines.join('\n');
}

function goOn(file: string): string {
  return `--resume goes on with it; ${file} says where.`;
}
