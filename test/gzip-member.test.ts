import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { LONGEST_NOTE, packMember, packMemberByZlib, readMembers } from '../shared/blocks/gzip-member.ts';

async function members(block: Buffer): Promise<{ note: string; content: string }[]> {
  const found = [];
  for await (const { note, content } of readMembers(block)) {
    found.push({ note: note.toString(), content: content.toString() });
  }
  return found;
}

const PACKERS = {
  'level 1': async (content: Buffer, note: Buffer) => packMember(content, note),
  'level 6, by zlib': (content: Buffer, note: Buffer) => packMemberByZlib(content, note, 6),
};

describe.each(Object.entries(PACKERS))('gzip members of %s', (_, pack) => {
  function write(content: string, note = ''): Promise<Buffer> {
    return pack(Buffer.from(content), Buffer.from(note));
  }

  test('one after the other are a gzip file that any reader reads', async () => {
    const file = Buffer.concat([
      await write('{"a":1}\n', 'a note'),
      await write(''),
      await write('{"b":2}\n'),
    ]);

    expect(gunzipSync(file).toString()).toBe('{"a":1}\n{"b":2}\n');
  });

  test('come back with their notes', async () => {
    const block = Buffer.concat([
      await write('one', 'first'),
      await write('', ''),
      await write('three', 'third'),
    ]);

    expect(await members(block)).toEqual([
      { note: 'first', content: 'one' },
      { note: '', content: '' },
      { note: 'third', content: 'three' },
    ]);
  });

  test('take a note of up to the longest, and no longer', async () => {
    const longest = 'x'.repeat(LONGEST_NOTE);

    const member = await write('text', longest);

    expect(await members(member)).toEqual([{ note: longest, content: 'text' }]);
    expect(gunzipSync(member).toString()).toBe('text');
    await expect(write('text', `${longest}x`)).rejects.toThrow(RangeError);
  });

  test.each([
    { what: 'content', damage: (member: Buffer) => flip(member, member.length - 12) },
    { what: 'a checksum', damage: (member: Buffer) => flip(member, member.length - 8) },
    { what: 'a length', damage: (member: Buffer) => flip(member, 16) },
    { what: 'a mark', damage: (member: Buffer) => flip(member, 12) },
    { what: 'an end', damage: (member: Buffer) => member.subarray(0, -1) },
  ])('throw where $what is damaged', async ({ damage }) => {
    const member = await write('{"some":"text"}\n'.repeat(20), 'note');

    await expect(members(damage(member))).rejects.toThrow(/member|invalid|unexpected/);
  });

  test('throw for what others have written', async () => {
    await expect(members(Buffer.from('{"a":1}\n'.repeat(10)))).rejects.toThrow(
      /no gzip member of Sluice's at byte 0/,
    );
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 0xff, at);
  return copy;
}
