import type { Report } from '../shared/report/report.ts';

/** The server keeps what it has read for ten seconds; a longer window costs it more. */
const EVERY_MS = { 15: 15_000, 60: 30_000, 360: 120_000 } as const satisfies Record<number, number>;
const LONGEST_WAIT_MS = 300_000;
const TIMEOUT_MS = 60_000;

export interface PollDeps {
  readonly onReport: (report: Report) => void;
  readonly onFailure: (message: string) => void;
  readonly onState: (state: { readonly paused: boolean; readonly failing: boolean }) => void;
}

export interface Poll {
  readonly start: () => void;
  readonly setWindow: (minutes: number) => void;
  readonly togglePause: () => void;
}

/** Asks for the report again and again, more slowly while that fails, and not at all while nobody looks. */
export function createPoll({ onReport, onFailure, onState }: PollDeps): Poll {
  let minutes = 60;
  let paused = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  function ask(): void {
    clearTimeout(timer);
    const number = ++asked;
    fetchReport(minutes).then(
      (report) => settle(number, 0, () => onReport(report)),
      (error: unknown) => settle(number, failures + 1, () => onFailure(describe(error))),
    );
  }

  /** Of answers that overtake each other, the one that was asked for last counts. */
  function settle(number: number, failed: number, tell: () => void): void {
    if (number !== asked) return;
    failures = failed;
    tell();
    onState({ paused, failing: failures > 0 });
    plan();
  }

  function plan(): void {
    clearTimeout(timer);
    if (paused || document.hidden) return;
    timer = setTimeout(ask, Math.min(everyMs(minutes) * 2 ** failures, LONGEST_WAIT_MS));
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) clearTimeout(timer);
    else if (!paused) ask();
  });

  return {
    start: ask,
    setWindow: (length) => {
      minutes = length;
      ask();
    },
    togglePause: () => {
      paused = !paused;
      onState({ paused, failing: failures > 0 });
      if (paused) clearTimeout(timer);
      else ask();
    },
  };
}

function everyMs(minutes: number): number {
  return Object.entries(EVERY_MS).find(([length]) => Number(length) === minutes)?.[1] ?? EVERY_MS[60];
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The server answered ${status}.`);
    this.status = status;
  }
}

/** The key of the page is good for its data too; it travels in a header, where no log of addresses holds it. */
async function fetchReport(minutes: number): Promise<Report> {
  const code = new URLSearchParams(location.search).get('code');
  const response = await fetch(`${location.pathname.replace(/\/$/, '')}.json?minutes=${minutes}`, {
    headers: code === null ? {} : { 'x-functions-key': code },
    cache: 'no-store',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Refused(response.status);
  return (await response.json()) as Report;
}

function describe(error: unknown): string {
  if (error instanceof Refused) {
    if (error.status === 401 || error.status === 403) {
      return 'The key in the address is not, or no longer, the right one; or you have been signed out. Open the page anew.';
    }
    if (error.status >= 500) {
      return `The figures cannot be read just now (${error.status}). /api/health/details says what is wrong. It is tried again.`;
    }
    return `${error.message} It is tried again.`;
  }
  return 'The app cannot be reached. It is tried again.';
}
