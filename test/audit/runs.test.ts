import { beforeEach, describe, expect, test } from 'vitest';
import { audit } from '../../shared/audit/audit.ts';
import type { HubReader } from '../../shared/audit/reading.ts';
import type { AuditReport } from '../../shared/audit/report.ts';
import type { Message } from '../../shared/message.ts';
import { ingest } from '../../shared/pipeline.ts';
import type { HubFacts } from '../../shared/sinks.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import { HOURS, kindsOf, sentencesOf } from '../support/audited-archive.ts';
import { depsOver, memorySinks } from '../support/deps.ts';
import { memoryArchiveReader } from '../support/memory-archive-reader.ts';
import { messagesOf, PARTITION, recordOf, START } from '../support/messages.ts';

const HUB: HubFacts = { createdOn: 7, beginning: 0 };

let sinks = memorySinks();
beforeEach(() => {
  sinks = memorySinks();
});

async function take(messages: readonly Message[], hub: HubFacts): Promise<void> {
  const deps = depsOver(sinks, { sourceHubs: { facts: () => Promise.resolve(hub) } });
  await ingest({ partition: PARTITION, messages }, deps);
}

function auditAll(hubs?: HubReader): Promise<AuditReport> {
  const deps = { table: sinks.table, archive: memoryArchiveReader(sinks.store), hubs };
  return audit({ ...HOURS, deep: true }, deps);
}

/** Two messages, in a run that begins when the hub says so. */
async function takeAt(first: number, minutes: number, hub: HubFacts): Promise<void> {
  const messages = messagesOf([recordOf('A'), recordOf('B')], { first, start: START + minutes * MINUTE });
  await take(messages, hub);
}

describe('between runs', () => {
  test('what the hub let go before it was read is no loss of ours', async () => {
    await takeAt(100, 0, { createdOn: 7, beginning: 100 });
    await takeAt(200, 5, { createdOn: 7, beginning: 200 });

    const { faults, notes } = await auditAll();

    expect(sentencesOf(faults)).toEqual([]);
    expect(notes).toMatchObject([
      { kind: 'begins', first: 100 },
      { kind: 'let-go', first: 102, last: 199, messages: 98 },
    ]);
  });

  test('a gap can be both: let go in part, and skipped in part', async () => {
    await takeAt(100, 0, { createdOn: 7, beginning: 100 });
    await takeAt(200, 5, { createdOn: 7, beginning: 150 });

    const { faults, notes } = await auditAll();

    expect(faults).toMatchObject([{ kind: 'messages-missing', first: 150, last: 199, why: 'skipped' }]);
    expect(notes.at(-1)).toMatchObject({ kind: 'let-go', first: 102, last: 149 });
  });

  test('a hub that was deleted and created again begins anew', async () => {
    await takeAt(100, 0, { createdOn: START - DAY, beginning: 100 });
    await takeAt(0, 5, { createdOn: START + MINUTE, beginning: 0 });

    const { faults, notes } = await auditAll();

    expect(sentencesOf(faults)).toEqual([]);
    expect(notes.at(-1)).toMatchObject({ kind: 'hub-recreated', last: 101, createdOn: START + MINUTE });
  });

  test('a hub that was created again and not read from its beginning misses messages', async () => {
    await takeAt(100, 0, { createdOn: START - DAY, beginning: 100 });
    await takeAt(30, 5, { createdOn: START + MINUTE, beginning: 10 });

    const { faults } = await auditAll();

    expect(faults).toMatchObject([{ kind: 'messages-missing', first: 10, last: 29, why: 'skipped' }]);
  });

  test('what the hub took in before it was created, its clock having stepped back, has been read all the same', async () => {
    const hub = { createdOn: START + 4 * MINUTE, beginning: 0 };
    await takeAt(0, 0, hub);

    const { notes } = await auditAll({ range: () => Promise.resolve({ ...hub, last: 2 }) });

    expect(notes.at(-1)).toMatchObject({ kind: 'not-read', first: 2, last: 2, messages: 1 });
  });

  test('what is read later after all joins them', async () => {
    const hub = { createdOn: 7, beginning: 0 };
    await takeAt(0, 0, hub);
    await takeAt(4, 2, hub);
    const before = await auditAll();
    await takeAt(2, 1, hub);

    const after = await auditAll();

    expect(kindsOf(before.faults)).toEqual(['messages-missing']);
    expect(sentencesOf(after.faults)).toEqual([]);
  });

  test('there are more than the head row remembers', async () => {
    for (let run = 0; run < 40; run++) {
      await takeAt(run * 10, run, { createdOn: 7, beginning: run < 20 ? run * 10 : 0 });
    }

    const { faults, notes, checked } = await auditAll();

    expect(checked.runs).toBe(40);
    expect(kindsOf(notes)).toEqual(['begins', ...Array<string>(19).fill('let-go')]);
    expect(kindsOf(faults)).toEqual(Array(20).fill('messages-missing'));
  });
});

test('a clock of the broker that steps back leaves no gap', async () => {
  const [a, b, c, d] = messagesOf([recordOf('A'), recordOf('A'), recordOf('A'), recordOf('A')]);
  if (!a || !b || !c || !d) throw new Error('four messages are expected');
  const back = { ...b, enqueuedTime: a.enqueuedTime - MINUTE };
  const again = { ...c, enqueuedTime: a.enqueuedTime - MINUTE + 1_000 };

  await take([a, back, again, d], HUB);

  const report = await auditAll();
  expect(sentencesOf(report.faults)).toEqual([]);
});
