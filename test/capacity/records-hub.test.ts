import { expect, test } from 'vitest';
import { sampleStream } from '../../cli/sample/stream.ts';
import { categoryOf } from '../../shared/catalogue.ts';
import { recordsFlow } from '../../shared/capacity/hub-flows.ts';
import { createMeter } from '../../shared/capacity/measures.ts';
import { totalOf } from '../../shared/capacity/rates.ts';
import { minuteFrom } from '../../shared/ledger-rows.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import { ingest } from '../../shared/pipeline.ts';
import { billedSlices } from '../../shared/tally.ts';
import { HOUR, startOf } from '../../shared/time.ts';
import { RECORDS_HUB } from '../support/capacity.ts';
import { memoryDeps } from '../support/deps.ts';
import { messagesOf, PARTITION, START } from '../support/messages.ts';

function withinPercent(figure: number, truth: number, percent: number): void {
  expect(Math.abs(figure / truth - 1) * 100).toBeLessThan(percent);
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
        return { retentionDays: 1, coolAfterDays: undefined, messagePerRecord };
      },
    });

    const sizes = sinks.recordsHub.sent.map(
      ({ message: { body, properties } }) => body.length + JSON.stringify(properties).length,
    );
    withinPercent(totalOf(flow.messages), sizes.length, 10);
    withinPercent(
      totalOf(flow.bytes),
      sizes.reduce((a, b) => a + b),
      10,
    );
    withinPercent(
      flow.slices,
      sizes.map(billedSlices).reduce((a, b) => a + b),
      10,
    );
  },
);
