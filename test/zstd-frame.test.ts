import { describe, expect, test } from 'vitest';
import { readFrames, writeFrame } from '../shared/blocks/zstd-frame.ts';
import { unzstd } from './support/unzstd.ts';

async function frames(block: Buffer): Promise<{ note: string; content: string }[]> {
  const found = [];
  for await (const { note, content } of readFrames(block))
    found.push({ note: note.toString(), content: content.toString() });
  return found;
}

function write(content: string, note = ''): Promise<Buffer> {
  return writeFrame(Buffer.from(content), Buffer.from(note), 1);
}

describe('zstd frames', () => {
  test('one after the other are a zstd file that any reader reads, and come back with their notes', async () => {
    const file = Buffer.concat([
      await write('{"a":1}\n', 'a note'),
      await write(''),
      await write('{"b":2}\n'),
    ]);

    expect(unzstd(file).toString()).toBe('{"a":1}\n{"b":2}\n');
    expect(await frames(file)).toEqual([
      { note: 'a note', content: '{"a":1}\n' },
      { note: '', content: '' },
      { note: '', content: '{"b":2}\n' },
    ]);
  });

  test.each([
    { what: 'content', damage: (frame: Buffer) => flip(frame, frame.length - 12) },
    { what: 'a checksum', damage: (frame: Buffer) => flip(frame, frame.length - 1) },
    { what: 'a length', damage: (frame: Buffer) => flip(frame, 10) },
    { what: 'the length of the note', damage: (frame: Buffer) => flip(frame, 4) },
    { what: 'a mark', damage: (frame: Buffer) => flip(frame, 8) },
    { what: 'an end', damage: (frame: Buffer) => frame.subarray(0, -1) },
    { what: 'all but a beginning', damage: (frame: Buffer) => frame.subarray(0, 5) },
  ])('throw where $what is damaged', async ({ damage }) => {
    const frame = await write('{"some":"text"}\n'.repeat(20), 'note');

    await expect(frames(damage(frame))).rejects.toThrow(/frame|corrupt|checksum|unexpected|prefix/i);
  });

  test('throw for what others have written', async () => {
    await expect(frames(Buffer.from('{"a":1}\n'.repeat(10)))).rejects.toThrow(
      "no zstd frame of Sluice's at byte 0 of a block",
    );
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}
