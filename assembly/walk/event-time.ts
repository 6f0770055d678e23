/**
 * @file A record's time, as products write it: `2026-11-20T10:12:01.1234567Z`, or with `+00:00`, or without a zone; and
 * `11/20/2026 10:12:01 AM`.
 */

const PLUS: u8 = 0x2b;
const DASH: u8 = 0x2d;
const DOT: u8 = 0x2e;
const SLASH: u8 = 0x2f;
const COLON: u8 = 0x3a;
const SPACE: u8 = 0x20;
const A: u8 = 0x41;
const M: u8 = 0x4d;
const P: u8 = 0x50;
const T: u8 = 0x54;
const Z: u8 = 0x5a;
const ZERO: u8 = 0x30;

const TO_MINUTES: usize = 16;
const TO_SECONDS: usize = 19;
const OFFSET: usize = 6;

const DAY: i64 = 86_400_000;

/** Whether every byte that was read as a digit since `readTime` began was one, and every number is in its range. */
let isTime: bool = false;

/** In milliseconds since 1970; not a number where it is written otherwise, or may be no time. */
export function readTime(start: usize, end: usize): f64 {
  isTime = end - start >= TO_SECONDS && hasFraming(start);
  if (!isTime) return readUsTime(start, end);
  const zone = startOfZone(start, end);
  const time =
    startOfMinute(start) +
    inRange(digits(start + 17, 2), 59) * 1_000 +
    milliseconds(start + TO_SECONDS, zone) -
    offset(zone, end);
  return isTime ? (time as f64) : NaN;
}

/** The minute that was read last, as it is written, which is `TO_MINUTES` long; and its start. Records come in the order of their times. */
const lastMinute = heap.alloc(TO_MINUTES);
let startOfLast: i64 = 0;

function startOfMinute(start: usize): i64 {
  const written = v128.load(start);
  if (i8x16.all_true(i8x16.eq(written, v128.load(lastMinute)))) return startOfLast;
  const time =
    startOfDay(digits(start, 4), digits(start + 5, 2), digits(start + 8, 2)) +
    inRange(digits(start + 11, 2), 23) * 3_600_000 +
    inRange(digits(start + 14, 2), 59) * 60_000;
  if (isTime) {
    v128.store(lastMinute, written);
    startOfLast = time;
  }
  return time;
}

/** Of twelve hours, with one digit or two for month, day and hour. */
function readUsTime(start: usize, end: usize): f64 {
  isTime = true;
  const month = readDigits(start, SLASH);
  const day = readDigits(next, SLASH);
  const year = digits(next, 4);
  next += 4;
  expect(SPACE);
  const hour = readDigits(next, COLON);
  const minute = digits(next, 2);
  const second = digits(next + 3, 2);
  const half = load<u8>(next, 6);
  const isRead =
    load<u8>(next, 2) == COLON &&
    load<u8>(next, 5) == SPACE &&
    (half == A || half == P) &&
    load<u8>(next, 7) == M &&
    next + 8 == end;
  const time =
    startOfDay(year, month, day) +
    ((inRange(hour, 12) % 12) + (half == P ? 12 : 0)) * 3_600_000 +
    inRange(minute, 59) * 60_000 +
    inRange(second, 59) * 1_000;
  return isRead && isTime && hour > 0 ? (time as f64) : NaN;
}

/** Where the reading of a time goes on. */
let next: usize = 0;

/** One digit or two, and what stands behind them. */
function readDigits(start: usize, behind: u8): i64 {
  const count: usize = load<u8>(start, 1) == behind ? 1 : 2;
  next = start + count;
  expect(behind);
  return digits(start, count);
}

function expect(byte: u8): void {
  if (load<u8>(next) != byte) isTime = false;
  next++;
}

function hasFraming(start: usize): bool {
  const between = load<u8>(start, 10);
  return (
    load<u8>(start, 4) == DASH &&
    load<u8>(start, 7) == DASH &&
    (between == T || between == SPACE) &&
    load<u8>(start, 13) == COLON &&
    load<u8>(start, 16) == COLON
  );
}

function startOfZone(start: usize, end: usize): usize {
  if (load<u8>(end - 1) == Z) return end - 1;
  const sign = load<u8>(end - OFFSET);
  const isOffset = end - start >= TO_SECONDS + OFFSET && (sign == PLUS || sign == DASH);
  // With a blank for the `T` none is known.
  if (isOffset && load<u8>(start, 10) != T) isTime = false;
  return isOffset ? end - OFFSET : end;
}

function digits(start: usize, count: usize): i64 {
  let number: i64 = 0;
  for (let at = start; at < start + count; at++) {
    const digit: u8 = load<u8>(at) - ZERO;
    if (digit > 9) isTime = false;
    number = number * 10 + digit;
  }
  return number;
}

function inRange(number: i64, most: i64): i64 {
  if (number > most) isTime = false;
  return number;
}

/** Of what stands between the seconds and the zone. */
function milliseconds(start: usize, end: usize): i64 {
  if (start == end) return 0;
  if (load<u8>(start) != DOT || end - start < 4) {
    isTime = false;
    return 0;
  }
  digits(start + 4, end - start - 4);
  return digits(start + 1, 3);
}

/** By how many milliseconds a zone is ahead. */
function offset(start: usize, end: usize): i64 {
  if (end - start < OFFSET) return 0;
  if (load<u8>(start, 3) != COLON) isTime = false;
  const minutes = inRange(digits(start + 1, 2), 23) * 60 + inRange(digits(start + 4, 2), 59);
  return (load<u8>(start) == PLUS ? minutes : -minutes) * 60_000;
}

/** Counts the days of whole years of which each begins in March: the day that leap years have more is their last then. */
function startOfDay(year: i64, month: i64, day: i64): i64 {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    isTime = false;
    return 0;
  }
  const marchYear = month > 2 ? year : year - 1;
  const monthsSinceMarch = (month + 9) % 12;
  const dayOfYear = (153 * monthsSinceMarch + 2) / 5 + day - 1;
  return (365 * marchYear + leapDays(marchYear) + dayOfYear - DAYS_TO_1970) * DAY;
}

/** From the first of March of the year 0. */
const DAYS_TO_1970: i64 = 719_468;

/** Of the years up to this one. */
function leapDays(year: i64): i64 {
  return year / 4 - year / 100 + year / 400;
}

function daysIn(year: i64, month: i64): i64 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}
