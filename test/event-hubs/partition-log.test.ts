import rhea from 'rhea';
import { describe, expect, it } from 'vitest';
import { AmqpFault } from '../../local/event-hubs/errors.ts';
import { createPartitionLog, type PartitionLog } from '../../local/event-hubs/partition-log.ts';
import { readEvent } from '../../local/event-hubs/stored-event.ts';

function message(text: string): Buffer {
  return rhea.message.encode({ body: rhea.message.data_section(Buffer.from(text)) as unknown });
}

function append(log: PartitionLog, ...texts: string[]): void {
  log.append({ partitionKey: undefined, messages: texts.map(message) });
}

function numbers(log: PartitionLog): number[] {
  return log.events().map(({ sequenceNumber }) => sequenceNumber);
}

function logAt(
  times: { now: number },
  options: { retentionMs?: number; maxBytes?: number } = {},
): PartitionLog {
  return createPartitionLog({ now: () => times.now, retentionMs: Infinity, maxBytes: Infinity, ...options });
}

describe('a partition', () => {
  it('numbers its events from 0, and gives each an offset past the one before', () => {
    const log = logAt({ now: 1 });

    append(log, 'a', 'bb');
    append(log, 'ccc');

    const events = log.events().map(readEvent);
    expect(events.map(({ sequenceNumber, body }) => `${sequenceNumber} ${String(body)}`)).toEqual([
      '0 a',
      '1 bb',
      '2 ccc',
    ]);
    expect(events.map(({ offset }) => offset)).toEqual(
      [...new Set(events.map(({ offset }) => offset))].toSorted((a, b) => a - b),
    );
    expect(log.state()).toMatchObject({ beginSequenceNumber: 0, count: 3, last: { sequenceNumber: 2 } });
  });

  it('takes in nothing of a batch with a message in it that is none', () => {
    const log = logAt({ now: 1 });

    const messages = [message('a'), Buffer.from('no message')];

    expect(() => log.append({ partitionKey: undefined, messages })).toThrow(AmqpFault);
    expect(log.state()).toMatchObject({ count: 0, bytes: 0, last: { sequenceNumber: -1 } });
  });

  it('reads on with the oldest event where the wanted one is gone, and with nothing at the end', () => {
    const log = logAt({ now: 1 });
    append(log, 'a', 'b', 'c');

    log.letGo(2);

    expect([0, 1, 2, 3].map((wanted) => log.read(wanted)?.sequenceNumber)).toEqual([2, 2, 2, undefined]);
  });

  it('keeps its numbers, its end and its bytes right while it lets many events go', () => {
    const log = logAt({ now: 1 });
    append(log, ...Array.from({ length: 5000 }, String));
    const bytesOfOne = log.events().at(-1)?.wire.length;

    for (let before = 1; before < 5000; before += 1) log.letGo(before);

    expect(numbers(log)).toEqual([4999]);
    expect(log.state()).toMatchObject({ beginSequenceNumber: 4999, count: 1, bytes: bytesOfOne });
    log.letGo(10_000);
    expect(log.state()).toMatchObject({
      beginSequenceNumber: 5000,
      count: 0,
      bytes: 0,
      last: { sequenceNumber: 4999 },
    });
    append(log, 'next');
    expect(numbers(log)).toEqual([5000]);
  });

  it('holds no event longer than its retention', () => {
    const times = { now: 1000 };
    const log = logAt(times, { retentionMs: 100 });
    append(log, 'a');
    times.now += 100;
    append(log, 'b');

    expect(log.state().count).toBe(2);
    times.now += 1;
    expect(log.state()).toMatchObject({ count: 1, beginSequenceNumber: 1 });
  });

  it('holds no more bytes than it may, and still counts an event that is larger', () => {
    const log = logAt({ now: 1 }, { maxBytes: 300 });

    append(log, 'a', 'b', 'c', 'd', 'e');
    const { bytes, count } = log.state();
    append(log, 'x'.repeat(1000));

    expect(bytes).toBeLessThanOrEqual(300);
    expect(count).toBeLessThan(5);
    expect(log.state()).toMatchObject({
      count: 0,
      bytes: 0,
      beginSequenceNumber: 6,
      last: { sequenceNumber: 5 },
    });
  });

  it('follows a clock that steps back', () => {
    const times = { now: 1000 };
    const log = logAt(times);
    append(log, 'a');
    times.now = 400;
    append(log, 'b');
    times.now = 2000;
    append(log, 'c');

    expect(log.events().map(({ enqueuedTime }) => enqueuedTime)).toEqual([1000, 400, 2000]);
    expect(log.seek({ by: 'enqueued-time', value: 1000, inclusive: false })).toBe(2);
  });

  it('seeks past what it has let go', () => {
    const log = logAt({ now: 1000 });
    append(log, 'a', 'b', 'c');
    log.letGo(1);

    expect(log.seek({ by: 'offset', value: -1, inclusive: false })).toBe(1);
    expect(log.seek({ by: 'enqueued-time', value: 0, inclusive: false })).toBe(1);
    expect(log.seek({ by: 'enqueued-time', value: 1000, inclusive: false })).toBe(3);
    expect(log.seek({ by: 'latest', inclusive: false })).toBe(3);
    expect(log.seek({ by: 'latest', inclusive: true })).toBe(2);
  });

  it('tells its subscribers of each append, until they leave', () => {
    const log = logAt({ now: 1 });
    let told = 0;
    const leave = log.subscribe(() => {
      told += 1;
    });

    append(log, 'a', 'b');
    leave();
    append(log, 'c');

    expect(told).toBe(1);
  });
});
