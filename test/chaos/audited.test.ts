import { expect, test } from 'vitest';
import { disputed } from '../../scripts/chaos/audited.ts';
import type { AuditReport } from '../../shared/audit/report.ts';
import { PARTITION, START } from '../support/messages.ts';

const NONE = { blobs: 0, blocks: 0, records: 0, bytes: 0 };

/** As it is when two partitions with three messages are complete. */
function complete(changes: Partial<AuditReport> = {}): AuditReport {
  return {
    from: START,
    to: START,
    deep: true,
    complete: true,
    checked: { partitions: 2, runs: 2, hours: 2, messages: 3, ...NONE },
    expired: NONE,
    offline: { blobs: 0, records: 0 },
    undigested: 0,
    faults: [],
    notes: [{ kind: 'begins', partition: PARTITION, first: 0, at: START }],
    moreFaults: 0,
    moreNotes: 0,
    ...changes,
  };
}

test('an audit that is complete and has seen every message is what a round has to end with', () => {
  expect(disputed(complete(), 3)).toEqual([]);
});

test('one that is not complete is a problem, and so is each of its faults', () => {
  const missing = {
    kind: 'messages-missing',
    partition: PARTITION,
    first: 1,
    last: 1,
    messages: 1,
    times: [START, START],
    why: 'no-row',
  } as const;

  expect(disputed(complete({ complete: false, faults: [missing] }), 3)).toEqual([
    'audit: not complete',
    expect.stringContaining('message 1'),
  ]);
});

test('so is what explains itself elsewhere: nothing was let go here, expired, or has still to come', () => {
  const [begins, open] = [
    { kind: 'begins', partition: PARTITION, first: 4, at: START },
    { kind: 'not-finished', partition: PARTITION, hour: START, why: 'plan-open' },
  ] as const;

  expect(disputed(complete({ notes: [begins, open] }), 3)).toHaveLength(2);
  expect(disputed(complete({ expired: { ...NONE, blobs: 1 } }), 3)).toEqual(['audit: 1 blob expired']);
  expect(disputed(complete({ undigested: 1 }), 3)).toHaveLength(1);
});

test('an audit that has seen other messages than were sent has proved nothing', () => {
  expect(disputed(complete(), 4)).toEqual(['audit: 3 messages, and not 4']);
});
