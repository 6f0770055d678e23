import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import { decodeBlockId, encodeBlockId } from '../../shared/blocks/block-id.ts';
import { minuteFrom, minuteKey, minuteValues } from '../../shared/ledger/ledger-rows.ts';
import type { MinuteRow } from '../../shared/ledger/ledger-rows.ts';
import { HOUR, MINUTE, startOf } from '../../shared/time.ts';
import { auditedArchive, BLOBS, blobOf, fillSmall, kindsOf } from '../support/audited-archive.ts';
import type { AuditedArchive } from '../support/audited-archive.ts';
import { messagesOf, PARTITION, recordOf, START } from '../support/messages.ts';
import { azuriteSinks } from '../sinks/azurite.ts';
import type { AzuriteSinks } from '../sinks/azurite.ts';

const TEN = startOf(HOUR, START);
const IN_A = { partition: PARTITION, hour: TEN, container: 'archive', source: 'unknown', category: 'A' };

let azurite: AzuriteSinks;
let archive: AuditedArchive;

beforeAll(async () => {
  azurite = await azuriteSinks();
});
afterAll(() => azurite.close());
beforeEach(async () => {
  archive = await auditedArchive(azurite);
  await fillSmall(archive);
});

/** Both ways of auditing must find it. */
async function faultsOf(): Promise<Awaited<ReturnType<AuditedArchive['audit']>>['faults']> {
  const shallow = await archive.audit({ deep: false });
  const deep = await archive.audit({ deep: true });
  expect(shallow.complete).toBe(false);
  expect(deep.complete).toBe(false);
  expect(kindsOf(deep.faults)).toEqual(kindsOf(shallow.faults));
  return shallow.faults;
}

/** Changes a row of the ledger. */
async function edit(change: (row: MinuteRow) => MinuteRow): Promise<void> {
  const key = minuteKey(START + MINUTE, 1);
  const [row] = await archive.rows(key);
  if (!row) throw new Error('a row is expected');
  await archive.editRow(key, minuteValues(change(minuteFrom(row))));
}

describe('the audit finds', () => {
  test('a deleted blob, and names it where a later one is there', async () => {
    await archive.remove(BLOBS.first);

    expect(await faultsOf()).toMatchObject([
      {
        kind: 'records-missing',
        ...IN_A,
        expected: { blocks: 3, records: 6 },
        found: { blocks: 0, records: 0 },
        minutes: [START, START + MINUTE, START + 2 * MINUTE],
        messages: [0, 5],
        absent: [BLOBS.first.name],
      },
    ]);
  });

  test('a deleted blob that was the only one', async () => {
    await archive.remove(BLOBS.next);

    expect(await faultsOf()).toMatchObject([
      { kind: 'records-missing', ...IN_A, hour: TEN + HOUR, expected: { records: 2 }, messages: [10, 11] },
    ]);
  });

  test('every blob of an account that has been emptied', async () => {
    for (const name of await archive.blobs('archive')) await archive.remove({ container: 'archive', name });

    const faults = await faultsOf();

    expect(kindsOf(faults)).toEqual(Array(4).fill('records-missing'));
  });

  test('a blob that was uploaded again shorter', async () => {
    const body = await archive.read(BLOBS.first);
    await archive.upload(BLOBS.first, body.subarray(0, body.length / 2));

    expect(await faultsOf()).toMatchObject([
      { kind: 'blob-rewritten', blob: BLOBS.first.name },
      { kind: 'records-missing', ...IN_A, expected: { blocks: 3 }, found: { blocks: 0 } },
    ]);
  });

  test('a blob whose last block was cut short, under the same id', async () => {
    const bodies = await archive.bodies(BLOBS.second);
    const [first, last] = bodies;
    if (!first || !last) throw new Error('two blocks are expected');
    await archive.commit(BLOBS.second, [first, { ...last, body: last.body.subarray(0, -10) }]);

    const shallow = await archive.audit({ deep: false });
    const deep = await archive.audit({ deep: true });

    const changed = { kind: 'bytes-changed', ...IN_A, blocks: [{ blob: BLOBS.second.name, block: last.id }] };
    expect(shallow.faults).toMatchObject([changed]);
    expect(deep.faults).toMatchObject([
      {
        kind: 'block-damaged',
        place: { blob: BLOBS.second.name, block: last.id, lines: [3, 4], messages: [8, 9] },
      },
      changed,
    ]);
  });

  test('a block that was removed from the list', async () => {
    const [first, , third] = await archive.bodies(BLOBS.first);
    if (!first || !third) throw new Error('three blocks are expected');
    await archive.commit(BLOBS.first, [first, third]);

    expect(await faultsOf()).toMatchObject([
      {
        kind: 'records-missing',
        ...IN_A,
        expected: { blocks: 1 },
        minutes: [START + MINUTE],
        messages: [2, 3],
      },
    ]);
  });

  test('a block that was committed twice, under a second id', async () => {
    const bodies = await archive.bodies(BLOBS.second);
    const [first] = bodies;
    const facts = decodeBlockId(first?.id ?? '');
    if (!first || !facts) throw new Error('a block is expected');
    const second = { ...first, id: encodeBlockId({ ...facts, random: 'f'.repeat(16) }) };
    await archive.commit(BLOBS.second, [...bodies, second]);

    expect(await faultsOf()).toMatchObject([
      { kind: 'block-doubled', ...IN_A, places: [{ block: first.id }, { block: second.id }], records: 2 },
    ]);
  });

  test('a block that stands in two blobs', async () => {
    const [first] = await archive.bodies(BLOBS.first);
    const others = await archive.bodies(BLOBS.second);
    if (!first) throw new Error('a block is expected');
    await archive.commit(BLOBS.second, [...others, first]);

    expect(await faultsOf()).toMatchObject([
      {
        kind: 'block-doubled',
        ...IN_A,
        places: [
          { blob: BLOBS.first.name, block: first.id },
          { blob: BLOBS.second.name, block: first.id },
        ],
      },
    ]);
  });

  test('a block that stands in the blob of another category too', async () => {
    const [first] = await archive.bodies(BLOBS.first);
    if (!first) throw new Error('a block is expected');
    await archive.commit(BLOBS.b, [...(await archive.bodies(BLOBS.b)), first]);

    const [fault, ...others] = await faultsOf();

    expect(others).toEqual([]);
    expect(fault).toMatchObject({ kind: 'block-doubled', category: 'B' });
  });

  test('a blob that was moved to another hour', async () => {
    const bodies = await archive.bodies(BLOBS.second);
    await archive.remove(BLOBS.second);
    await archive.commit(blobOf('A', 11, 2), bodies);

    expect(await faultsOf()).toMatchObject([
      { kind: 'records-missing', ...IN_A, expected: { blocks: 2 }, messages: [6, 9] },
      { kind: 'blocks-misplaced', blob: blobOf('A', 11, 2).name, blocks: 2, records: 4, belongTo: [TEN] },
    ]);
  });

  test('a blob that was moved to another partition', async () => {
    const bodies = await archive.bodies(BLOBS.second);
    const name = BLOBS.second.name.replace('-p0-', '-p7-');
    await archive.remove(BLOBS.second);
    await archive.commit({ container: 'archive', name }, bodies);

    expect(await faultsOf()).toMatchObject([
      { kind: 'blob-foreign', blob: name, why: 'partition' },
      { kind: 'records-missing', ...IN_A },
    ]);
  });

  test('blobs and blocks of others', async () => {
    const body = Buffer.from('not ours\n');
    await archive.upload({ container: 'archive', name: 'notes.txt' }, body);
    await archive.upload(
      { container: 'archive', name: 'unknown/A/y=2026/m=11/d=20/h=10/copy.ndjson.gz' },
      body,
    );
    const foreign = { id: Buffer.from('x'.repeat(64)).toString('base64'), body };
    await archive.commit(BLOBS.next, [...(await archive.bodies(BLOBS.next)), foreign]);

    const faults = await faultsOf();

    expect(faults).toMatchObject([
      { kind: 'blob-foreign', blob: 'notes.txt', why: 'name' },
      { kind: 'blob-foreign', blob: 'unknown/A/y=2026/m=11/d=20/h=10/copy.ndjson.gz', why: 'name' },
      { kind: 'blocks-foreign', blob: BLOBS.next.name, blocks: [foreign.id] },
    ]);
  });

  test('a category that the ledger does not know', async () => {
    const name = BLOBS.next.name.replace('/A/', '/Invented/');
    await archive.commit({ container: 'archive', name }, await archive.bodies(BLOBS.next));

    expect(await faultsOf()).toMatchObject([
      {
        kind: 'records-extra',
        category: 'Invented',
        found: { blocks: 1, records: 2 },
        blocks: [{ blob: name }],
      },
    ]);
  });

  test('a minute of the ledger that was deleted', async () => {
    await archive.deleteRow(minuteKey(START + 2 * MINUTE, 1));

    expect(await faultsOf()).toMatchObject([
      { kind: 'records-extra', category: 'A', found: { records: 2 }, minutes: [START + 2 * MINUTE] },
      { kind: 'records-extra', category: 'B', found: { records: 1 } },
      { kind: 'messages-missing', first: 4, last: 5, messages: 2, why: 'no-row' },
    ]);
  });

  test.each([
    ['first', START, 0, 1],
    ['last', START + HOUR, 10, 11],
  ])('the %s minute of the ledger, deleted', async (_, minute, first, last) => {
    await archive.deleteRow(minuteKey(minute, 1));

    expect(await faultsOf()).toContainEqual(
      expect.objectContaining({ kind: 'messages-missing', first, last, why: 'no-row' }),
    );
  });

  test('a minute of the ledger whose numbers were edited', async () => {
    await edit((row) => ({ ...row, last: 2, messages: 1 }));

    expect(await faultsOf()).toMatchObject([{ kind: 'messages-missing', first: 3, last: 3, why: 'no-row' }]);
  });

  test('a minute of the ledger that claims numbers of another', async () => {
    await edit((row) => ({ ...row, last: 5, messages: 4 }));

    expect(await faultsOf()).toMatchObject([{ kind: 'messages-doubled', first: 4, last: 5, messages: 2 }]);
  });

  test('a minute of the ledger whose counts were edited', async () => {
    await edit((row) => {
      const [[key, tally] = []] = Object.entries(row.categories);
      if (key === undefined || !tally) throw new Error('a category is expected');
      return { ...row, categories: { ...row.categories, [key]: { ...tally, archived: tally.archived - 1 } } };
    });

    expect(await faultsOf()).toMatchObject([
      {
        kind: 'ledger-disagrees',
        category: 'unknown/A',
        between: 'records and their fates',
        counts: [10, 9],
      },
      { kind: 'ledger-disagrees', category: 'unknown/A', between: 'archived and blocks', counts: [9, 10] },
    ]);
  });

  test('messages that were skipped, and says whether the hub still has them', async () => {
    const bodies = [recordOf('A'), recordOf('A')];
    await archive.take(messagesOf(bodies, { first: 20, start: START + HOUR + MINUTE }));
    const hub = { createdOn: 0, beginning: 15, last: 25 };

    const shallow = await faultsOf();
    const { faults, notes } = await archive.audit({}, { hubs: { range: () => Promise.resolve(hub) } });

    const gap = {
      kind: 'messages-missing',
      partition: PARTITION,
      first: 12,
      last: 19,
      messages: 8,
      why: 'skipped',
    };
    expect(shallow).toEqual([{ ...gap, times: [START + HOUR + 1_000, START + HOUR + MINUTE] }]);
    expect(faults).toMatchObject([{ ...gap, inHub: 5 }]);
    expect(notes.at(-1)).toMatchObject({ kind: 'not-read', first: 22, last: 25, messages: 4 });
  });

  test('messages of which it is not known whether the hub had them', async () => {
    const bodies = [recordOf('A'), recordOf('A')];
    const messages = messagesOf(bodies, { first: 20, start: START + HOUR + MINUTE });
    const unreachable = { facts: () => Promise.reject(new Error('no way')) };
    await archive.take(messages, PARTITION, { sourceHubs: unreachable });

    expect(await faultsOf()).toMatchObject([
      { kind: 'messages-missing', first: 12, last: 19, why: 'not-known' },
    ]);
  });

  test('a block that was lost before it could be committed', async () => {
    const bodies = await archive.bodies(BLOBS.second);
    const lost = bodies.at(-1);
    if (!lost) throw new Error('a block is expected');
    await archive.commit(BLOBS.second, bodies.slice(0, -1));
    const key = `lost-${Buffer.from(lost.id, 'base64').toString('latin1')}`;
    await archive.addRow(key, { container: 'archive', blob: BLOBS.second.name, block: lost.id });

    expect(await faultsOf()).toMatchObject([
      { kind: 'block-lost', ...IN_A, records: 2, place: { blob: BLOBS.second.name, messages: [8, 9] } },
    ]);
  });
});

describe('the audit with --deep finds', () => {
  test('a line that was altered with the same length, and names its block', async () => {
    const messages = messagesOf([recordOf('A', { user: 'mallory' }), recordOf('A')], {
      first: 12,
      start: START + 2 * HOUR,
    });
    await archive.take(messages, PARTITION, { codec: blockCodec('none') });
    const blob = { container: 'archive', name: blobOf('A', 12, 1).name.replace('.gz', '') };
    const [block] = await archive.bodies(blob);
    if (!block) throw new Error('a block is expected');
    const altered = Buffer.from(block.body.toString().replace('mallory', 'nobodyy'));
    await archive.commit(blob, [{ ...block, body: altered }]);

    const shallow = await archive.audit({ deep: false });
    const deep = await archive.audit({ deep: true });

    expect(shallow.complete).toBe(true);
    expect(deep.faults).toMatchObject([
      {
        kind: 'bytes-changed',
        hour: TEN + 2 * HOUR,
        blocks: [{ blob: blob.name, lines: [1, 2], messages: [12, 13] }],
      },
    ]);
  });

  test('a line that is not there any more, under the same id', async () => {
    const messages = messagesOf([recordOf('A'), recordOf('A')], { first: 12, start: START + 2 * HOUR });
    await archive.take(messages, PARTITION, { codec: blockCodec('none') });
    const blob = { container: 'archive', name: blobOf('A', 12, 1).name.replace('.gz', '') };
    const [block] = await archive.bodies(blob);
    if (!block) throw new Error('a block is expected');
    const body = Buffer.from(block.body);
    body[body.indexOf('\n')] = 0x20;
    await archive.commit(blob, [{ ...block, body }]);

    const { faults } = await archive.audit({ deep: true });

    expect(faults).toMatchObject([
      { kind: 'block-damaged', detail: 'it holds 1 lines, and should hold 2' },
      { kind: 'bytes-changed' },
    ]);
  });

  test('a bit that has changed in what is packed, and names the block that cannot be read', async () => {
    const [first, second, third] = await archive.bodies(BLOBS.first);
    if (!first || !second || !third) throw new Error('three blocks are expected');
    const body = Buffer.from(second.body);
    body.writeUInt8(body.readUInt8(body.length - 12) ^ 1, body.length - 12);
    await archive.commit(BLOBS.first, [first, { ...second, body }, third]);

    const shallow = await archive.audit({ deep: false });
    const deep = await archive.audit({ deep: true });

    expect(shallow.complete).toBe(true);
    expect(deep.faults).toMatchObject([
      { kind: 'block-damaged', ...IN_A, place: { blob: BLOBS.first.name, block: second.id, lines: [3, 4] } },
      {
        kind: 'bytes-changed',
        ...IN_A,
        minutes: [START + MINUTE],
        blocks: [{ block: second.id, messages: [2, 3] }],
      },
    ]);
  });

  test('a block with the bytes of another, both of them whole', async () => {
    const [first, second, third] = await archive.bodies(BLOBS.first);
    if (!first || !second || !third) throw new Error('three blocks are expected');
    const swapped = [{ ...first, body: second.body }, { ...second, body: first.body }, third];
    await archive.commit(BLOBS.first, swapped);

    const shallow = await archive.audit({ deep: false });
    const deep = await archive.audit({ deep: true });

    expect(shallow.complete).toBe(true);
    expect(deep.faults).toMatchObject([
      {
        kind: 'bytes-changed',
        minutes: [START, START + MINUTE],
        blocks: [{ block: first.id }, { block: second.id }],
      },
    ]);
  });
});
