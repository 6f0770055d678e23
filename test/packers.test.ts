import { expect, test } from 'vitest';
import { packMember, readMembers } from '../shared/blocks/gzip-member.ts';
import { createPackers } from '../shared/blocks/packers.ts';
import type { PackMember } from '../shared/blocks/packers.ts';
import { borrowBytes } from '../shared/blocks/slabs.ts';

const LARGE = 300 * 1024;

/** As blocks have it: memory that is borrowed. */
function contentOf(text: string, length = LARGE): Buffer {
  const content = borrowBytes(length);
  content.fill(text);
  return content;
}

/** Whether the memory went to another thread. */
function wentAway(content: Buffer): boolean {
  return content.length === 0;
}

/** Packs until a thread is there to do it. */
async function started(pack: PackMember): Promise<void> {
  await expect
    .poll(
      async () => {
        const content = contentOf('x');
        await pack(content, Buffer.alloc(0));
        return wentAway(content);
      },
      { timeout: 10_000 },
    )
    .toBe(true);
}

test('another thread packs what this one would', async () => {
  const pack = createPackers(1);
  await started(pack);
  const [content, note] = [contentOf('{"a":1}\n'), Buffer.from('a note')];
  const expected = packMember(content, note);

  const member = await pack(content, note);

  expect(wentAway(content)).toBe(true);
  expect(member.equals(expected)).toBe(true);
});

test('where the thread has enough to do, this one helps, and each gets its own', async () => {
  const pack = createPackers(1);
  await started(pack);
  const texts = Array.from({ length: 12 }, (_, i) => `{"n":${i}}\n`.padEnd(32));
  const contents = texts.map((text) => contentOf(text));

  expect.assertions(texts.length + 2 + 1);
  const members = await Promise.all(contents.map((content, i) => pack(content, Buffer.from(String(i)))));

  for (const [i, packed] of members.entries()) {
    for await (const { note, content } of readMembers(packed)) {
      expect([note.toString(), content.toString('latin1', 0, 32)]).toEqual([String(i), texts[i]]);
    }
  }
  expect(contents.filter(wentAway).length).toBeGreaterThan(0);
  expect(contents.filter(wentAway).length).toBeLessThan(contents.length);
});

test('memory that comes back is lent again', async () => {
  const pack = createPackers(1);
  await started(pack);
  for (let n = 0; n < 20; n++) await pack(contentOf('y'), Buffer.alloc(0));
  const [before, again] = [process.memoryUsage().arrayBuffers, contentOf('z')];

  expect(again).toHaveLength(LARGE);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LARGE);
});

test('what is small is packed here, and so is all where there is but one core', async () => {
  const beside = createPackers(1);
  await started(beside);
  const [small, large] = [contentOf('x', 40 * 1024), contentOf('x')];

  await beside(small, Buffer.alloc(0));
  await createPackers(0)(large, Buffer.alloc(0));

  expect([small, large].filter(wentAway)).toEqual([]);
});

test('a thread that ends fails what it had to pack, and another takes its place', async () => {
  const pack = createPackers(1);
  await started(pack);

  await expect(pack(contentOf('x'), undefined as never)).rejects.toThrow(
    'The thread that packs blocks has ended.',
  );

  await started(pack);
});
