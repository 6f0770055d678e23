import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Log } from '../../shared/log.ts';
import type { Measurement } from '../../shared/telemetry/metrics.ts';
import { createTelemetry } from '../../shared/telemetry/telemetry.ts';
import type { TelemetrySink, Trace } from '../../shared/telemetry/telemetry.ts';
import { factsOf } from '../support/batch-facts.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const silent: Log = () => undefined;
const ONE = factsOf({ 'entra/SignInLogs': { records: 1 } });

/** A sink that keeps what it is told until it is flushed; `flushes` are the batches in each. */
function recordingSink(onFlush: () => Promise<void> = () => Promise.resolve()) {
  const flushes: number[] = [];
  const measured: Measurement[] = [];
  const traces: Trace[] = [];
  let told = 0;
  const sink: TelemetrySink = {
    measure: (measurement) => measured.push(measurement),
    trace: (trace) => {
      traces.push(trace);
      told++;
    },
    flush: () => {
      flushes.push(told);
      told = 0;
      return onFlush();
    },
  };
  let loads = 0;
  const load = (): Promise<TelemetrySink> => {
    loads++;
    return Promise.resolve(sink);
  };
  return { sink, load, flushes, measured, traces, loads: () => loads };
}

const nameOf = (key: string): string => key;

describe('telemetry', () => {
  test('loads its sink in the first pause, and sends what has been kept until then', async () => {
    const { load, loads, flushes } = recordingSink();
    const telemetry = createTelemetry({ load, nameOf });
    telemetry.batchEnded(ONE, silent);
    telemetry.batchEnded(ONE, silent);
    await vi.advanceTimersByTimeAsync(4_900);
    expect(loads()).toBe(0);

    await vi.advanceTimersByTimeAsync(200);

    expect(loads()).toBe(1);
    expect(flushes).toEqual([2]);
  });

  test('sends nothing where nothing is told', async () => {
    const { load, loads } = recordingSink();
    const telemetry = createTelemetry({ load, nameOf });

    await vi.advanceTimersByTimeAsync(3_600_000);
    await telemetry.close();

    expect(loads()).toBe(0);
  });

  test('sends once a minute where there is no pause', async () => {
    const { load, flushes } = recordingSink();
    const telemetry = createTelemetry({ load, nameOf });

    for (let second = 0; second < 150; second++) {
      telemetry.batchEnded(ONE, silent);
      await vi.advanceTimersByTimeAsync(1_000);
    }

    expect(flushes).toEqual([60, 60]);
  });

  test('does not wait for a pause to load where much is kept', async () => {
    const { load, flushes } = recordingSink();
    const telemetry = createTelemetry({ load, nameOf });

    for (let i = 0; i < 250; i++) telemetry.batchEnded(ONE, silent);
    await vi.advanceTimersByTimeAsync(1);

    expect(flushes).toEqual([250]);
  });

  test('sends what is in memory when it is closed', async () => {
    const { load, flushes } = recordingSink();
    const telemetry = createTelemetry({ load, nameOf });
    telemetry.batchEnded(ONE, silent);

    await telemetry.close();
    await telemetry.close();

    expect(flushes).toEqual([1]);
  });

  test('what comes while it is sending goes with the next, and no two are on their way at a time', async () => {
    let running = 0;
    let most = 0;
    const { load, flushes } = recordingSink(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 25_000));
      running--;
    });
    const telemetry = createTelemetry({ load, nameOf });
    telemetry.batchEnded(ONE, silent);
    await vi.advanceTimersByTimeAsync(10_000);

    telemetry.batchEnded(ONE, silent);
    await vi.advanceTimersByTimeAsync(80_000);

    expect(flushes).toEqual([1, 1]);
    expect(most).toBe(1);
  });

  test('a sink that never answers holds up the end of the process for five seconds', async () => {
    const { load } = recordingSink(() => new Promise(() => undefined));
    const telemetry = createTelemetry({ load, nameOf });
    telemetry.batchEnded(ONE, silent);
    const closed = vi.fn<() => void>();

    telemetry.close().then(closed, closed);
    await vi.advanceTimersByTimeAsync(4_900);
    expect(closed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);

    expect(closed).toHaveBeenCalledWith(undefined);
  });

  test('what is refused is said in the log of the next batch, once until it works again', async () => {
    let refusing = true;
    const { load } = recordingSink(async () => {
      if (refusing) throw new Error('403 Forbidden');
    });
    const telemetry = createTelemetry({ load, nameOf });
    const lines: string[] = [];
    const log: Log = (level, message) => lines.push(`${level}: ${message}`);
    const batch = async (): Promise<void> => {
      telemetry.batchEnded(ONE, log);
      await vi.advanceTimersByTimeAsync(10_000);
    };

    for (let i = 0; i < 3; i++) await batch();
    expect(lines).toEqual([
      'warn: Telemetry cannot be sent, and what it counts is in the ledger alone: 403 Forbidden',
    ]);
    refusing = false;
    await batch();
    refusing = true;
    for (let i = 0; i < 3; i++) await batch();

    expect(lines).toHaveLength(2);
  });

  test('what cannot be loaded is said too, and gathers nothing', async () => {
    const telemetry = createTelemetry({
      load: () => Promise.reject(new Error('no such module')),
      nameOf,
    });
    const log = vi.fn<Log>();
    telemetry.batchEnded(ONE, silent);
    await vi.advanceTimersByTimeAsync(6_000);

    for (let i = 0; i < 500; i++) telemetry.batchEnded(ONE, log);
    await vi.advanceTimersByTimeAsync(6_000);
    await telemetry.close();

    expect(log.mock.calls).toEqual([
      ['warn', 'Telemetry cannot be sent, and what it counts is in the ledger alone: no such module'],
    ]);
  });

  test('a sink that throws is no fault of the batch', async () => {
    const { sink, load } = recordingSink();
    sink.measure = () => {
      throw new Error('a bug');
    };
    const telemetry = createTelemetry({ load, nameOf });
    telemetry.batchEnded(ONE, silent);
    await vi.advanceTimersByTimeAsync(6_000);

    expect(() => telemetry.batchEnded(ONE, silent)).not.toThrow();
  });

  test('closes all the same where nothing is taken', async () => {
    const { load, flushes } = recordingSink(() => Promise.reject(new Error('403 Forbidden')));
    const telemetry = createTelemetry({ load, nameOf });
    telemetry.batchEnded(ONE, silent);

    await telemetry.close();

    expect(flushes).toEqual([1]);
  });
});
