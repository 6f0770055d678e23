import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TriggerData } from '../../local/host/invoke.ts';
import type { InvocationEnd, ListenerDeps } from '../../local/host/listener.ts';
import type { Outcome } from '../../local/host/retry.ts';
import { listenToTimer, parseSchedule, timerTrigger } from '../../local/host/timer-trigger.ts';
import type { TimerListener } from '../../local/host/timer-trigger.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');

function start(
  options: Record<string, unknown>,
  invoke: () => Promise<Outcome> = async () => ({ ok: true }),
): { listener: TimerListener; runs: TriggerData[]; ends: InvocationEnd[] } {
  const runs: TriggerData[] = [];
  const ends: InvocationEnd[] = [];
  const deps: ListenerDeps = {
    settings: { SCHEDULE: '0 */5 * * * *' },
    capabilities: {},
    invoke: (_name, data) => {
      runs.push(data);
      return invoke();
    },
    onInvocation: (end) => ends.push(end),
    log: () => {},
    now: Date.now,
  };
  const binding = { type: 'timerTrigger', direction: 'in', schedule: '%SCHEDULE%', ...options };
  return { listener: listenToTimer(timerTrigger('tick', binding, deps), deps), runs, ends };
}

describe('parseSchedule', () => {
  test.each([
    ['0 */15 * * * *', '2026-11-20T12:15:00.000Z'],
    ['*/5 * * * * *', '2026-11-20T12:00:05.000Z'],
    ['30 5/20 * * * *', '2026-11-20T12:05:30.000Z'],
    ['0 30 9-11 * * Mon-Fri', '2026-11-23T09:30:00.000Z'],
    ['0 0 0 1 Jan *', '2027-01-01T00:00:00.000Z'],
    ['0 0 0 13 * 5', '2027-08-13T00:00:00.000Z'],
    ['15 3 * * *', '2026-11-21T03:15:00.000Z'],
    ['00:05:00', '2026-11-20T12:05:00.000Z'],
    ['1.00:00:00', '2026-11-21T12:00:00.000Z'],
  ])('%s comes next at %s', (expression, next) => {
    expect(new Date(parseSchedule('f', expression)(NOON)).toISOString()).toBe(next);
  });

  test.each([
    '',
    'every day',
    '0 0 L * * *',
    '0 0 0 * * 5#2',
    '0 0 0 ? * *',
    '60 * * * * *',
    '0 * * * * * *',
  ])('"%s" is refused', (expression) => {
    expect(() => parseSchedule('f', expression)).toThrow('is no schedule');
  });
});

describe('listenToTimer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOON });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('runs by the schedule until it is stopped', async () => {
    const { listener, runs } = start({});

    await vi.advanceTimersByTimeAsync(11 * 60_000);
    await listener.stop();
    await vi.advanceTimersByTimeAsync(60 * 60_000);

    expect(runs.map(({ input }) => input)).toEqual([
      {
        json: JSON.stringify({
          Schedule: { AdjustForDST: true },
          ScheduleStatus: {
            Last: '0001-01-01T00:00:00',
            LastUpdated: '0001-01-01T00:00:00',
            Next: '2026-11-20T12:10:00.000Z',
          },
          IsPastDue: false,
        }),
      },
      { json: expect.stringContaining('"Last":"2026-11-20T12:05:00.000Z"') as unknown },
    ]);
  });

  test('never runs twice at a time, and leaves out what falls due meanwhile', async () => {
    const gate = Promise.withResolvers<Outcome>();
    const { runs } = start({ runOnStartup: true }, () => gate.promise);

    await vi.advanceTimersByTimeAsync(12 * 60_000);
    expect(runs).toHaveLength(1);
    gate.resolve({ ok: true });
    await vi.advanceTimersByTimeAsync(3 * 60_000);

    expect(runs).toHaveLength(2);
  });

  test('goes on after a failure', async () => {
    const { runs, ends } = start({}, async () => ({ ok: false, error: new Error('no storage') }));

    await vi.advanceTimersByTimeAsync(10 * 60_000);

    expect(runs).toHaveLength(2);
    expect(ends[0]).toMatchObject({ functionName: 'tick', ok: false, error: 'no storage' });
  });

  test.each([{ useMonitor: false }, { schedule: '*/30 * * * * *' }])(
    'has no status with %o',
    async (options) => {
      const { runs } = start(options);

      await vi.advanceTimersByTimeAsync(5 * 60_000);

      expect(runs[0]?.input).toMatchObject({
        json: expect.stringContaining('"ScheduleStatus":null') as unknown,
      });
    },
  );

  test('waits for a day that setTimeout cannot reach at once', async () => {
    const { runs } = start({ schedule: '0 0 0 1 2 *' });

    await vi.advanceTimersByTimeAsync(72 * 86_400_000);
    expect(runs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(86_400_000);

    expect(runs).toHaveLength(1);
  });

  test('a schedule may not name a setting that is not there', () => {
    expect(() => start({ schedule: '%NONE%' })).toThrow('names %NONE%, and there is no setting NONE');
  });
});
