import { describe, expect, test } from 'vitest';
import { capacityReport } from '../../shared/capacity.ts';
import type { CapacityInput } from '../../shared/capacity.ts';
import { capacityMeasurements } from '../../shared/telemetry/capacity.ts';
import { FROM, inputOf, minuteOf, SOURCE_HUB, steadyMeter } from '../support/capacity.ts';
import { PARTITION } from '../support/messages.ts';

const asIs = (key: string): string => key;

function measured(changes: Partial<CapacityInput>, nameOf = asIs) {
  return capacityMeasurements(capacityReport(inputOf(changes)), nameOf);
}

const near = (value: number): number => expect.closeTo(value, 9) as number;

describe('the measurements of a capacity report', () => {
  test('are what namespaces, hubs and categories need, and what is paid for', () => {
    // 30 messages of 2,000 bytes a second: 0.06 units in by bytes, 0.03 by events.
    const measures = steadyMeter({ messages: 1_800 });

    const found = measured({ measures, planOf: () => ({ tier: 'standard', units: 4 }) });

    const peak = { measure: 'peak' };
    expect(found).toEqual(
      expect.arrayContaining([
        { metric: 'unitsNeeded', value: near(0.06), dimensions: { namespace: 'contoso', ...peak } },
        {
          metric: 'hubUnitsNeeded',
          value: near(0.06),
          dimensions: { namespace: 'contoso', hub: 'logs', ...peak },
        },
        {
          metric: 'categoryUnitsNeeded',
          value: near(0.06),
          dimensions: { category: 'entra/SignInLogs', ...peak },
        },
        { metric: 'unitsProvisioned', value: 4, dimensions: { namespace: 'contoso', tier: 'standard' } },
      ]),
    );
    expect(found.find(({ metric }) => metric === 'costMonthly')?.dimensions).toEqual({ currency: 'USD' });
  });

  test('add up categories that share a name', () => {
    const meter = steadyMeter({ messages: 600 });
    meter.addMinute(
      PARTITION,
      minuteOf(FROM, { category: 'unknown/a', messages: 6_000 }, { category: 'unknown/b', messages: 3_000 }),
    );

    const found = measured({ measures: meter }, (key) => (key.startsWith('unknown/') ? '(other)' : key));

    const others = found.filter(
      ({ dimensions }) => dimensions['category'] === '(other)' && dimensions['measure'] === 'peak',
    );
    expect(others).toEqual([
      {
        metric: 'categoryUnitsNeeded',
        value: near(0.3),
        dimensions: { category: '(other)', measure: 'peak' },
      },
    ]);
  });

  test('have the lag of a hub, and none where it could not be asked', () => {
    const decided = { sequenceNumber: 90, time: FROM };
    const state = (id: string, lastEnqueued: number | undefined) => ({
      partition: { ...PARTITION, id },
      retentionHours: SOURCE_HUB.retentionHours,
      hub:
        lastEnqueued === undefined
          ? undefined
          : { beginning: 0, lastEnqueued, lastEnqueuedAt: FROM + 60_000, askedAt: FROM + 120_000 },
      checkpoint: undefined,
      decided,
      backlog: undefined,
    });

    const known = measured({ partitions: [state('0', 100), state('1', 95), state('2', undefined)] });
    const unknown = measured({ partitions: [state('0', undefined)] });

    const hub = { namespace: 'contoso', hub: 'logs' };
    expect(known).toContainEqual({ metric: 'lagEvents', value: 15, dimensions: hub });
    expect(known.filter(({ metric }) => metric === 'lagMinutes')).toHaveLength(1);
    expect(unknown.filter(({ metric }) => metric.startsWith('lag'))).toEqual([]);
  });
});
