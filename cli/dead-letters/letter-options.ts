import type { Command } from 'commander';
import { timeOrAgo } from '../time-range.ts';
import { UsageError } from '../usage-error.ts';
import type { LetterQuery } from './letter-filter.ts';

/** The options that say which dead letters are meant. */
export interface LetterOptions {
  readonly from?: number;
  readonly to?: number;
  readonly reason?: readonly string[];
  readonly source?: readonly string[];
  readonly category?: readonly string[];
  readonly handler?: readonly string[];
}

export function addLetterOptions(command: Command): Command {
  return addRangeOptions(command)
    .option('--reason <patterns...>', 'of these reasons, such as invalid, or "unpack-*"')
    .option('--source <patterns...>', 'of these products, such as entra')
    .option(
      '-c, --category <patterns...>',
      'of these categories, such as entra/SignInLogs, or "defender/Device*"',
    )
    .option('--handler <patterns...>', 'what these category functions failed on');
}

export function addRangeOptions(command: Command): Command {
  return command
    .option(
      '--from <time>',
      'of messages that the hub took in from then on: a time, or how long ago (2h, 7d)',
      timeOrAgo,
    )
    .option('--to <time>', 'of messages that it took in before then', timeOrAgo);
}

export function toQuery({ from = -Infinity, to = Infinity, ...patterns }: LetterOptions): LetterQuery {
  if (from >= to) throw new UsageError('--from must be before --to.');
  return { range: { from, to }, ...patterns };
}
