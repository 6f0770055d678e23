import { describe, expect, test } from 'vitest';
import { HANDLERS } from '../../cli/dead-letters/letter-filter.ts';
import { parseLetter } from '../../cli/dead-letters/letter.ts';
import type { Letter } from '../../cli/dead-letters/letter.ts';
import { createLetterReader } from '../../cli/dead-letters/read-letters.ts';
import type { Destination } from '../../cli/replay/destination.ts';
import { noCounts, replayLetters } from '../../cli/replay/replay-letters.ts';
import type { ReplayCounts, ReplayDeps } from '../../cli/replay/replay-letters.ts';
import { takeLock } from '../../cli/replay/run-lock.ts';
import { memoryTable } from '../../local/memory-sinks.ts';
import { ingest } from '../../shared/pipeline.ts';
import { memoryDeps } from '../support/deps.ts';
import type { MemorySinks } from '../support/deps.ts';
import { envelopeOf, invalidRecord, messagesOf, PARTITION } from '../support/messages.ts';

const EVERYTHING = {
  range: { from: -Infinity, to: Infinity },
  isWantedFolder: () => true,
  isWanted: () => true,
};

/** Dead letters of two categories and of none, in turn. */
async function quarantined(messages: number): Promise<MemorySinks> {
  const { sinks, deps } = memoryDeps();
  const bodies = Array.from({ length: messages }, (_, n) => {
    const records = [invalidRecord('entra', 'SignInLogs'), invalidRecord('github', 'audit')];
    return n % 3 === 2 ? `garbage ${n}` : envelopeOf(...(n % 3 === 0 ? records : records.toReversed()));
  });
  await ingest({ partition: PARTITION, messages: messagesOf(bodies, { step: 60_000 }) }, deps);
  return sinks;
}

function groupsIn({ store }: MemorySinks) {
  const names = [...store.blobs.keys()]
    .filter((key) => key.startsWith('dead-letter/'))
    .map((key) => key.slice('dead-letter/'.length));
  const tree = {
    async folders(folder: string) {
      const below = names.filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length));
      return [...new Set(below.map((rest) => `${folder}${rest.slice(0, rest.indexOf('/') + 1)}`))];
    },
    async *blobs(folder: string) {
      for (const name of names) if (name.startsWith(folder)) yield { name, size: 1 };
    },
  };
  return createLetterReader({ tree, store }, EVERYTHING).groups();
}

interface Hub {
  readonly destination: Destination;
  readonly sent: Letter[];
  /** How many letters each batch had. */
  readonly batches: number[];
}

/** With `arrives`, sending fails after so many letters of a batch have arrived. */
function hubOf({
  tooLarge = () => false,
  arrives,
}: { tooLarge?: (letter: Letter) => boolean; arrives?: number } = {}): Hub {
  const sent: Letter[] = [];
  const batches: number[] = [];
  const destination: Destination = {
    hub: 'contoso/logs',
    position: async () => ({ createdOn: 1, last: { 0: sent.length } }),
    async pack(letters) {
      const fitting = letters.filter((letter) => !tooLarge(letter));
      const send = async (): Promise<void> => {
        batches.push(fitting.length);
        sent.push(...fitting.slice(0, arrives));
        if (arrives !== undefined) throw new Error('no hub');
      };
      return { tooLarge: new Set(letters.filter(tooLarge)), messages: fitting.length, send };
    },
    idsSince: async () => new Set(sent.map(({ id }) => id)),
  };
  return { destination, sent, batches };
}

async function replay(
  sinks: MemorySinks,
  hub: Hub,
  { table = memoryTable(), dry = false, ...overrides }: Partial<ReplayDeps> & { dry?: boolean } = {},
): Promise<ReplayCounts> {
  const counts = noCounts();
  const lock = dry ? undefined : await takeLock(table, { takeOver: true });
  const deps: ReplayDeps = {
    table,
    lock,
    destinationOf: async () => hub.destination,
    pace: async () => {},
    now: () => 0,
    againBefore: undefined,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...overrides,
  };
  await replayLetters(groupsIn(sinks), counts, deps);
  return counts;
}

describe('a replay', () => {
  test('keeps the order of the messages of a partition, whatever categories they are of', async () => {
    const sinks = await quarantined(300);
    const hub = hubOf();

    const counts = await replay(sinks, hub);

    const order = hub.sent.map(({ origin }) => origin.sequenceNumber * 10 + origin.index);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(counts).toMatchObject({ found: 500, sent: 500 });
    expect(Math.max(...hub.batches)).toBe(99);
  });

  test('passes over what its hub does not take, or has no hub, and sends the rest', async () => {
    const sinks = await quarantined(6);
    const hub = hubOf({ tooLarge: ({ origin }) => origin.sequenceNumber === 0 });

    const counts = await replay(sinks, hub, {
      destinationOf: async ({ source }) => (source === 'github' ? undefined : hub.destination),
    });

    expect(counts).toMatchObject({
      found: 10,
      sent: 5,
      tooLarge: 1,
      homeless: new Map([['contoso/logs', 4]]),
    });
    expect(hub.sent).toHaveLength(5);
  });

  test('that cannot send leaves marks by which the next one finds out what has arrived', async () => {
    const sinks = await quarantined(3);
    const table = memoryTable();
    const down = hubOf({ arrives: 2 });
    await expect(replay(sinks, down, { table })).rejects.toThrow('no hub');
    const hub = hubOf();
    hub.sent.push(...down.sent);

    const dry = await replay(sinks, hub, { table, dry: true });
    const wet = await replay(sinks, hub, { table });

    expect(dry).toMatchObject({ found: 5, sent: 0, unsure: 5 });
    expect(wet).toMatchObject({ found: 5, arrived: 2, sent: 3, unsure: 0 });
    expect(new Set(hub.sent.map(({ id }) => id)).size).toBe(hub.sent.length);
    expect(table.rows.get('replays')?.map(({ values }) => values['times'])).toEqual([
      undefined,
      1,
      1,
      2,
      2,
      2,
    ]);
  });

  test('again: what was sent before a time, and not what this run has sent', async () => {
    const sinks = await quarantined(3);
    const table = memoryTable();
    await replay(sinks, hubOf(), { table, now: () => 1_000 });
    const hub = hubOf();

    const again = await replay(sinks, hub, { table, now: () => 3_000, againBefore: 2_000 });
    const after = await replay(sinks, hub, { table, now: () => 4_000, againBefore: 2_000 });

    expect(again).toMatchObject({ sent: 5, again: 5, before: 0 });
    expect(after).toMatchObject({ sent: 0, before: 5 });
  });

  test('that another one has taken over from sends nothing any more', async () => {
    const sinks = await quarantined(3);
    const table = memoryTable();
    const hub = hubOf();
    const pace = async (): Promise<void> => {
      await takeLock(table, { takeOver: true });
    };

    await expect(replay(sinks, hub, { table, pace })).rejects.toThrow('Another replay has taken over');

    expect(hub.sent).toEqual([]);
  });

  test('is stopped between two batches', async () => {
    const sinks = await quarantined(300);
    const stopping = new AbortController();
    const hub = hubOf();

    const counts = await replay(sinks, hub, { signal: stopping.signal, onProgress: () => stopping.abort() });

    expect(hub.batches).toEqual([counts.sent]);
    expect(counts.sent).toBeLessThan(500);
  });
});

test.each(['', '{}', '[]', 'null', '{"recordId":"x"}', `{"${HANDLERS}":1}`])(
  '%j is no dead letter',
  (line) => {
    expect(parseLetter(Buffer.from(line))).toBeUndefined();
  },
);
