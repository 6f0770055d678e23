import { CommanderError, InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import colors from 'picocolors';
import { UsageError } from './usage-error.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * Runs a command with the words of the command line, and sets the exit code of this process where it fails: 2 for what was asked for
 * wrongly, 1 for everything else. Says what failed; where in the code, only with `DEBUG` set.
 */
export async function runCommand(command: Command): Promise<void> {
  try {
    await command.exitOverride().parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  // It has printed its message, or the help that was asked for, already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${colors.red('error:')} ${message}`);
  if (error instanceof UsageError) return WRONG_USAGE;
  if (process.env['DEBUG']) console.error(error);
  else console.error(colors.dim('With the environment variable DEBUG=1, it also says where in the code.'));
  return FAILED;
}

/** A reader for an option that is a number, and need not be whole. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return function readNumber(text) {
    const n = Number(text);
    if (text.trim() !== '' && n >= least && n <= most) return n;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A reader for an option such as `90s`, `10m`, `1h` or `2d`; answers seconds. */
export function duration(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNITS[unit] ?? 0);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('It must be a duration such as 90s, 10m, 1h or 2d.');
}

const POINT_IN_TIME =
  /^\d{4}-\d\d-\d\d(?<clock>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?<zone>Z|[+-]\d\d:?\d\d)?)?$/i;

/** A reader for an option that is a point in time, in UTC unless it names a zone; answers milliseconds since 1970 UTC. */
export function pointInTime(text: string): number {
  const { clock, zone } = POINT_IN_TIME.exec(text)?.groups ?? {};
  const isZoned = clock === undefined || zone !== undefined;
  const time = POINT_IN_TIME.test(text) ? Date.parse(isZoned ? text : `${text}Z`) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError('It must be a time such as 2026-11-20T10:00:00Z.');
}

/** A reader for an option that is a number. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return function readWholeNumber(text) {
    const n = Number(text);
    if (/^\d+$/.test(text) && n >= least && n <= most) return n;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
