import { describe, expect, test } from 'vitest';
import { ingest } from '../shared/pipeline.ts';
import type { Message } from '../shared/message.ts';
import { depsOver, memorySinks } from './support/deps.ts';
import type { MemorySinks, Sinks } from './support/deps.ts';
import { faulty, InjectedFault, intercept } from './support/intercept.ts';
import type { FaultKind } from './support/intercept.ts';
import { envelopeOf, messagesOf, PARTITION, recordOf } from './support/messages.ts';
import { archived, deadLetters } from './support/read-back.ts';

/** Of one hour; each batch touches the archive and the dead letters. */
const BATCHES = messagesOf(
  ['one', 'two', 'three'].map((name) => `${envelopeOf(recordOf('A', { name }))}{"cut`),
).map((message) => [message]);

class Immutable extends Error {}

/** As containers with a time-based policy are: what has been written cannot be written to again, whatever the conditions. */
function immutable(sinks: MemorySinks): Sinks {
  const { store } = sinks;
  return {
    ...sinks,
    store: {
      ...store,
      commit: (blob, ...rest) => {
        const name = `${blob.container}/${blob.name}`;
        if (store.blobs.has(name)) return Promise.reject(new Immutable(name));
        return store.commit(blob, ...rest);
      },
    },
  };
}

function take(messages: readonly Message[], sinks: Sinks, blocksPerBlob: number): Promise<void> {
  return ingest({ partition: PARTITION, messages }, depsOver(sinks, { blocksPerBlob }));
}

const ALL_ONCE = { archived: ['one', 'two', 'three'], deadLetters: 3 };

function foundIn(sinks: MemorySinks): typeof ALL_ONCE {
  const names = archived(sinks).map((line) => (JSON.parse(line) as { name: string }).name);
  return { archived: names, deadLetters: deadLetters(sinks).length };
}

describe('in containers with an immutability policy', () => {
  test('a blob that grows is refused, and its partition waits', async () => {
    const sinks = memorySinks();
    const [first = [], second = []] = BATCHES;
    await take(first, immutable(sinks), 256);

    await expect(take(second, immutable(sinks), 256)).rejects.toThrow(Immutable);
  });

  test('a block for each blob goes through', async () => {
    const sinks = memorySinks();

    for (const batch of BATCHES) await take(batch, immutable(sinks), 1);

    expect(foundIn(sinks)).toEqual(ALL_ONCE);
  });

  test.each<FaultKind>(['before', 'after'])(
    'and so it does when any request fails %s its effect, and another instance gets the batch again',
    async (kind) => {
      for (let at = 1; ; at++) {
        const sinks = memorySinks();
        const fault = faulty({ kind, at });
        for (const batch of BATCHES) {
          const outcome = await take(batch, intercept(immutable(sinks), fault.via), 1).catch(
            (error: unknown) => error,
          );
          if (outcome === undefined) continue;
          expect(outcome).toBeInstanceOf(InjectedFault);
          await take(batch, immutable(sinks), 1);
        }
        expect(foundIn(sinks)).toEqual(ALL_ONCE);
        if (!fault.fired) break;
      }
    },
  );
});
