import { InvalidArgumentError } from 'commander';
import { duration, pointInTime } from './run-command.ts';

/** In milliseconds since 1970: `from` is in it, `to` is not. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const SECOND_MS = 1_000;

/** A reader for an option that is a point in time, or says how long ago it was, as in `2h` or `7d`. */
export function timeOrAgo(text: string): number {
  if (/^\d+[smhd]$/.test(text)) return Date.now() - duration(text) * SECOND_MS;
  try {
    return pointInTime(text);
  } catch {
    throw new InvalidArgumentError(
      'It must be a time such as 2026-11-20T10:00:00Z, or how long ago: 2h, 7d.',
    );
  }
}

export function isWithin({ from, to }: TimeRange, time: number): boolean {
  return time >= from && time < to;
}
