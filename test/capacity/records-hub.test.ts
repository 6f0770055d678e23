import { expect, test } from 'vitest';
import { sampleStream } from '../../cli/sample/stream.ts';
import { categoryOf } from '../../shared/judge/catalogue.ts';
import { recordsFlow } from '../../shared/capacity/hub-flows.ts';
import { createMeter } from '../../shared/capacity/measures.ts';
import { totalOf } from '../../shared/capacity/rates.ts';
import { minuteFrom } from '../../shared/ledger/ledger-rows.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import { ingest } from '../../shared/pipeline.ts';
import { billedSlices } from '../../shared/ledger/tally.ts';
import { HOUR, startOf } from '../../shared/time.ts';
import { RECORDS_HUB } from '../support/capacity.ts';
import { memoryDeps } from '../support/deps.ts';
import { messagesOf, PARTITION, START } from '../support/messages.ts';

function total(figures: readonly number[]): number {
  return figures.reduce((a, b) => a + b);
}

function percentOff(figure: number, truth: number): number {
  return Math.abs(figure / truth - 1) * 100;
}

test.each([25, 200])(
  'what goes to the records hub is told from the ledger alone, in batches of %d messages',
  async (batchSize) => {
    const { sinks, deps } = memoryDeps();
    const bodies = [...sampleStream({ seed: 3, start: START, messages: 200, faults: 0.02 })];
    const messages = messagesOf(
      bodies.map(({ body }) => body),
      { step: 500 },
    );
    for (let i = 0; i < messages.length; i += batchSize)
      await ingest({ partition: PARTITION, messages: messages.slice(i, i + batchSize) }, deps);
    const from = startOf(HOUR, START);
    const measures = createMeter(from, from + HOUR);
    for (const row of sinks.table.rows.get(partitionKeyOf(PARTITION)) ?? [])
      if (row.rowKey.startsWith('minute-')) measures.addMinute(PARTITION, minuteFrom(row));

    const flow = recordsFlow(RECORDS_HUB, {
      measures,
      categoryOf: (key) => {
        const [source = '', name = ''] = key.split('/');
        const messagePerRecord = categoryOf(source, name).message === 'record';
        return { retentionDays: 1, steps: [], messagePerRecord };
      },
    });

    const sizes = sinks.recordsHub.sent.map(
      ({ message: { body, properties } }) => body.length + JSON.stringify(properties).length,
    );
    expect(percentOff(totalOf(flow.messages), sizes.length)).toBeLessThan(10);
    expect(percentOff(totalOf(flow.bytes), total(sizes))).toBeLessThan(10);
    expect(percentOff(flow.slices, total(sizes.map(billedSlices)))).toBeLessThan(10);
  },
);
