import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { DAY } from '../../shared/time.ts';
import { findSettings, storageConnection } from '../found-settings.ts';
import type { Progress } from '../progress.ts';
import { wholeNumber } from '../run-command.ts';
import { timeOrAgo } from '../time-range.ts';
import type { TimeRange } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';
import type { Archive } from './ask.ts';
import { cacheFolder } from './cache-folder.ts';

export const FORMATS = ['table', 'json', 'ndjson', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** The options of everything that asks the archive. */
export interface ArchiveOptions {
  readonly from?: number;
  readonly to?: number;
  readonly cache: string;
  readonly cacheSize: number;
}

const DEFAULT_CACHE_MB = 2_000;
const MOST_CACHE_MB = 1_000_000;
const MB = 1_000_000;

export function addArchiveOptions(command: Command): Command {
  return command
    .option(
      '--from <time>',
      'of events from then on: 2026-11-20T10:00Z, or how long ago, such as 2h or 7d; a day ago, unless given',
      timeOrAgo,
    )
    .option('--to <time>', 'of events before then; without end, unless given', timeOrAgo)
    .addOption(
      new Option('--cache <folder>', 'where copies of blobs are kept for the next question').default(
        cacheFolder(),
        "in the user's own cache",
      ),
    )
    .option(
      '--cache-size <MB>',
      'how much may stay there; 0 keeps nothing',
      wholeNumber(0, MOST_CACHE_MB),
      DEFAULT_CACHE_MB,
    );
}

/** Of event times. */
export function rangeOf({ from, to = Infinity }: ArchiveOptions): TimeRange {
  const range = { from: from ?? Math.min(to, Date.now()) - DAY, to };
  if (range.from >= range.to) throw new UsageError('--from must be before --to.');
  return range;
}

/** That of the stack that npm start has left running, or else the one that the settings in the environment name. */
export async function archiveOf({ cache, cacheSize }: ArchiveOptions, progress: Progress): Promise<Archive> {
  const connection = storageConnection(await findSettings(), 'ArchiveStorage');
  return { connection, folder: cache, cacheBytes: cacheSize * MB, progress };
}

/** A reader for an option that may come several times, as `name=value`. */
export function nameAndValue(text: string, before: Readonly<Record<string, string>> = {}) {
  const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('It must be a name and a value, such as user=mia.lindqvist@example.com.');
  return { ...before, [name]: value };
}
