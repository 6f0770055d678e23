import { blockCodec } from '../shared/blocks/block-codec.ts';
import { describe, expect, test } from 'vitest';
import { memoryBlobStore, memorySourceHubs, memoryTable } from '../local/memory-sinks.ts';
import { createLedger } from '../shared/ledger/ledger.ts';
import type { Ledger } from '../shared/ledger/ledger.ts';
import type { Message } from '../shared/message.ts';
import { prepare } from '../shared/prepare.ts';
import { judge } from '../shared/judge/judge.ts';
import { MINUTE } from '../shared/time.ts';
import { nextStretch, runWith } from '../shared/ledger/undecided.ts';
import type { UndecidedDeps } from '../shared/ledger/undecided.ts';
import { messagesOf, PARTITION, START } from './support/messages.ts';
import type { Numbering } from './support/messages.ts';

function ledger(): Ledger {
  return createLedger(memoryTable(), { store: memoryBlobStore(), blocksPerBlob: 10 });
}

function some(count: number, numbering: Numbering = {}): Message[] {
  return messagesOf(
    Array.from({ length: count }, () => '{}'),
    numbering,
  );
}

function depsWith(of: Ledger): UndecidedDeps {
  return { ledger: of, sourceHubs: memorySourceHubs, log: () => undefined };
}

/** The next stretch as `run: numbers`. */
async function next(messages: readonly Message[], of: Ledger): Promise<string | undefined> {
  const stretch = await nextStretch(messages, await of.read(PARTITION), depsWith(of));
  return (
    stretch && `${stretch.base.no}: ${stretch.messages.map(({ sequenceNumber }) => sequenceNumber).join(' ')}`
  );
}

/** Decides all of the messages, and answers the stretches in which it did. */
async function decideAll(messages: readonly Message[], of: Ledger): Promise<string[]> {
  const stretches: string[] = [];
  for (;;) {
    const snapshot = await of.read(PARTITION);
    const stretch = await nextStretch(messages, snapshot, depsWith(of));
    if (!stretch) return stretches;
    const limits = { maxUnpackedBytes: 1000, maxUnpackedRatio: 250 };
    const prepared = prepare(stretch.messages, PARTITION, [], {
      judge,
      codec: blockCodec('none'),
      ...limits,
      fanOut: true,
    });
    const run = runWith(stretch, prepared.messages);
    await of.decide(snapshot, {
      ...prepared,
      run,
      blocks: [],
      postponed: [],
      drafts: new Map(),
      blockSums: new Map(),
    });
    stretches.push(`${run.no}: ${stretch.messages[0]?.sequenceNumber}-${run.last}`);
  }
}

describe('the next stretch', () => {
  test('of a partition that is new is the first run', async () => {
    expect(await next(some(3, { first: 100 }), ledger())).toBe('1: 100 101 102');
  });

  test('continues its run where the number does', async () => {
    const of = ledger();
    await decideAll(some(3), of);

    expect(await next(some(2, { first: 3, start: START + MINUTE }), of)).toBe('1: 3 4');
  });

  test('is nothing of what is decided, and the rest of what is partly decided', async () => {
    const of = ledger();
    await decideAll(some(5), of);

    expect(await next(some(5), of)).toBeUndefined();
    expect(await next(some(3).slice(1), of)).toBeUndefined();
    expect(await next(some(8), of)).toBe('1: 5 6 7');
  });

  test('ends before a gap, after which another run begins', async () => {
    const of = ledger();
    const messages = some(10).filter(({ sequenceNumber }) => sequenceNumber < 3 || sequenceNumber > 6);

    expect(await decideAll(messages, of)).toEqual(['1: 0-2', '2: 7-9']);
    expect(await decideAll(messages, of)).toEqual([]);
    expect(await next(some(2, { first: 10, start: START + MINUTE }), of)).toBe('2: 10 11');
  });

  test('continues the run while the broker steps back a little, and begins another when it is far', async () => {
    const of = ledger();
    await decideAll(some(5, { start: START + 10 * MINUTE }), of);

    const little = some(2, { first: 5, start: START + 9 * MINUTE });
    const far = some(2, { first: 5, start: START });

    expect(await next(little, of)).toBe('1: 5 6');
    expect(await next(far, of)).toBe('2: 5 6');
  });

  test('knows what was decided while the clock stepped back', async () => {
    const of = ledger();
    const messages = [
      ...some(5, { start: START + 59_000, step: 300 }),
      ...some(5, { first: 5, start: START + 58_000, step: 300 }),
      ...some(5, { first: 10, start: START + 60_000, step: 300 }),
    ];

    for (const size of [4, 7, 15]) {
      for (let at = 0; at < 15; at += size) await decideAll(messages.slice(at, at + size), of);
    }

    const { head } = await of.read(PARTITION);
    expect(head.runs).toMatchObject([{ no: 1, first: 0, last: 14, maxTime: START + 61_200 }]);
    expect(await next(messages, of)).toBeUndefined();
  });

  test('of a hub that was created again is a run of its own, with the same numbers', async () => {
    const of = ledger();
    await decideAll(some(5), of);
    const again = some(7, { start: START + 10 * MINUTE });

    expect(await decideAll(again, of)).toEqual(['2: 0-6']);
    expect(await decideAll(again, of)).toEqual([]);
    expect(await decideAll(some(5), of)).toEqual([]);
  });

  test('of a hub that was created again within the minute is not taken for a redelivery', async () => {
    const of = ledger();
    await decideAll(some(5, { step: 1_000 }), of);

    expect(await decideAll(some(5, { start: START + 20_000 }), of)).toEqual(['2: 0-4']);
  });

  test('of a hub that was created again does not continue the run of the old one where its numbers reach it', async () => {
    const of = ledger();
    await decideAll(some(5), of);
    const again = { start: START + 10 * MINUTE };
    await decideAll(some(5, again), of);

    expect(await decideAll(some(8, again).slice(5), of)).toEqual(['2: 5-7']);
  });

  test('of a hub that is gone continues its own run, and not that of the new hub which is about as far', async () => {
    const of = ledger();
    await decideAll(some(2, { start: START + MINUTE }), of);
    const old = some(3, { step: 1_000 });
    expect(await decideAll(old.slice(0, 2), of)).toEqual(['2: 0-1']);

    expect(await decideAll(old.slice(2), of)).toEqual(['2: 2-2']);
  });

  test('has at most 97 minutes', async () => {
    const of = ledger();

    expect(await decideAll(some(250, { step: MINUTE }), of)).toEqual(['1: 0-96', '1: 97-193', '1: 194-249']);
  });
});

test('a run with messages knows the last and the greatest time', () => {
  const base = { no: 4, first: 3, last: 3, since: START, lastTime: START, maxTime: START };
  const messages = [
    ...some(2, { first: 4, start: START + 5000 }),
    ...some(1, { first: 6, start: START + 1000 }),
  ];

  expect(runWith({ base, messages }, 3)).toEqual({
    no: 4,
    first: 3,
    last: 6,
    since: START,
    lastTime: START + 1000,
    maxTime: START + 6000,
  });
});
