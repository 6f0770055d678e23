import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readBlobName } from '../../shared/blocks/blob-name.ts';
import { decodeBlockId } from '../../shared/blocks/block-id.ts';
import { azureArchiveReader } from '../../shared/azure/archive-reader.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import { ledgerTombstones } from '../../shared/retention/tombstones.ts';
import type { BlobAddress } from '../../shared/sinks.ts';
import { DAY, HOUR, MINUTE, startOf } from '../../shared/time.ts';
import {
  auditedArchive,
  BLOBS,
  blobOf,
  fillOrdinary,
  fillSmall,
  HOURS,
  kindsOf,
  sentencesOf,
} from '../support/audited-archive.ts';
import type { AuditedArchive } from '../support/audited-archive.ts';
import { InjectedFault } from '../support/intercept.ts';
import { messagesOf, PARTITION, recordOf, START } from '../support/messages.ts';
import { azuriteSinks } from '../sinks/azurite.ts';
import type { AzuriteSinks } from '../sinks/azurite.ts';

let azurite: AzuriteSinks;
let archive: AuditedArchive;

beforeAll(async () => {
  azurite = await azuriteSinks();
});
afterAll(() => azurite.close());
beforeEach(async () => {
  archive = await auditedArchive(azurite);
});

describe('an ordinary archive', () => {
  test.each([{ deep: false }, { deep: true }])('is complete (deep: $deep)', async ({ deep }) => {
    await fillOrdinary(archive, azurite);

    const report = await archive.audit({ deep });

    expect(sentencesOf(report.faults)).toEqual([]);
    expect(report).toMatchObject({ complete: true, undigested: 0, moreFaults: 0 });
    expect(report.checked).toMatchObject({ partitions: 2, runs: 2, messages: 72 });
    expect(kindsOf(report.notes)).toEqual(['begins', 'begins']);
  });
});

/** As retention does it: noted first, then deleted. */
async function expire(address: BlobAddress, { isDeleted = true } = {}): Promise<void> {
  const blocks = await archive.blocks(address);
  const name = readBlobName(address.name);
  if (!name) throw new Error(`${address.name} is no name of ours`);
  const expired = {
    blob: address,
    name,
    etag: '',
    expires: '2026-12-20',
    blocks: blocks.length,
    records: blocks.reduce((sum, { id }) => sum + (decodeBlockId(id)?.records ?? 0), 0),
    bytes: blocks.reduce((sum, { size }) => sum + size, 0),
    firstBlock: blocks[0]?.id ?? '',
  };
  await ledgerTombstones(archive.table).write(partitionKeyOf(PARTITION), [expired], START + 30 * DAY);
  if (isDeleted) await archive.remove(address);
}

describe('what has expired', () => {
  test('is not lost, whole hours and parts of them, and what is left of those cannot be compared byte for byte', async () => {
    await fillSmall(archive);
    await expire(BLOBS.first);
    await expire(BLOBS.next);

    const report = await archive.audit();

    expect(sentencesOf(report.faults)).toEqual([]);
    expect(report).toMatchObject({
      complete: true,
      expired: { blobs: 2, blocks: 4, records: 8 },
      undigested: 2,
      checked: { blocks: 8, records: 10 },
    });
  });

  test('is what is not there any more: a blob that is about to be deleted counts as there', async () => {
    await fillSmall(archive);
    await expire(BLOBS.first, { isDeleted: false });
    await archive.remove(BLOBS.second);

    const report = await archive.audit();

    expect(report.faults).toMatchObject([{ kind: 'records-missing', expected: { blocks: 2, records: 4 } }]);
    expect(report.expired.blobs).toBe(0);
  });

  test('is another blob than the one that was begun under its name afterwards', async () => {
    await fillSmall(archive);
    await expire(BLOBS.first);
    await archive.take(messagesOf([recordOf('A')], { first: 12, start: START + 10 * MINUTE }));

    const report = await archive.audit();

    expect(await archive.blobs('archive')).toContain(BLOBS.first.name);
    expect(sentencesOf(report.faults)).toEqual([]);
    expect(report.expired).toMatchObject({ blobs: 1, records: 6 });
  });

  test('explains no more than it says', async () => {
    await fillSmall(archive);
    await expire(BLOBS.first);
    await archive.remove(BLOBS.second);

    const report = await archive.audit();

    expect(report.faults).toMatchObject([
      { kind: 'records-missing', expected: { blocks: 5, records: 10 }, found: { blocks: 3, records: 6 } },
    ]);
  });

  test('while the audit reads it is explained by what retention has noted by then', async () => {
    await fillSmall(archive);
    const reader = azureArchiveReader(azurite.blobs);
    const expiring = {
      ...reader,
      blocks: async (blob: BlobAddress) => {
        if (blob.name === BLOBS.first.name) await expire(blob);
        return reader.blocks(blob);
      },
    };

    const report = await archive.audit({}, { archive: expiring });

    expect(report).toMatchObject({ complete: true, expired: { blobs: 1 } });
  });
});

test('a blob in the archive tier is judged by its metadata, and that is said', async () => {
  await fillSmall(archive);
  const client = azurite.blobs.getContainerClient('archive').getBlobClient(BLOBS.first.name);
  await client.setAccessTier('Archive');

  const whole = await archive.audit();
  await client.setMetadata({ blocks: '3', records: '5' });
  const edited = await archive.audit();

  expect(whole).toMatchObject({ complete: true, offline: { blobs: 1, records: 6 }, undigested: 1 });
  expect(edited.faults).toMatchObject([
    { kind: 'records-missing', expected: { records: 10 }, found: { records: 9 } },
  ]);
});

describe('what is still under way is not missing', () => {
  test('an open plan, of an hour that is not finished then', async () => {
    await fillSmall(archive);
    const store = { ...azurite.store, commit: () => Promise.reject(new InjectedFault('commit')) };
    const messages = messagesOf([recordOf('A')], { first: 12, start: START + 2 * HOUR });
    await expect(archive.take(messages, PARTITION, { store })).rejects.toThrow(InjectedFault);

    const { complete, faults, notes } = await archive.audit();

    expect(sentencesOf(faults)).toEqual([]);
    expect(complete).toBe(true);
    expect(notes.at(-1)).toMatchObject({
      kind: 'not-finished',
      hour: startOf(HOUR, START) + 2 * HOUR,
      why: 'plan-open',
    });
  });

  test('messages that come in while it is audited', async () => {
    await fillSmall(archive);
    const reader = azureArchiveReader(azurite.blobs);
    let arrived = false;
    const arriving = {
      ...reader,
      blocks: async (blob: BlobAddress) => {
        if (!arrived) {
          arrived = true;
          await archive.take(messagesOf([recordOf('C')], { first: 12, start: START + HOUR + MINUTE }));
        }
        return reader.blocks(blob);
      },
    };

    const { faults, notes } = await archive.audit({}, { archive: arriving });

    expect(sentencesOf(faults)).toEqual([]);
    expect(notes.filter(({ kind }) => kind === 'not-finished')).toEqual([
      { kind: 'not-finished', partition: PARTITION, hour: startOf(HOUR, START) + HOUR, why: 'arriving' },
    ]);
  });
});

describe('the time asked for', () => {
  test('may hold nothing', async () => {
    const nothing = await archive.audit();
    await fillSmall(archive);
    const before = await archive.audit({ from: START - DAY, to: START - 2 * HOUR });

    expect(nothing).toMatchObject({ complete: true, checked: { partitions: 0, hours: 0 } });
    expect(before).toMatchObject({
      complete: true,
      checked: { partitions: 1, hours: 0, messages: 0 },
      notes: [],
    });
  });

  test('may begin and end within a run, and hides no gap at its ends', async () => {
    await fillSmall(archive);
    const later = messagesOf([recordOf('A'), recordOf('A')], { first: 12, start: START + 3 * HOUR });
    await archive.take(later);
    const eleven = { from: HOURS.from + HOUR, to: HOURS.from + 2 * HOUR };
    const complete = await archive.audit(eleven);
    await archive.deleteRow('minute-2026-11-20T11:11-0001');
    const gap = await archive.audit({ ...eleven, to: eleven.to + HOUR });

    expect(complete).toMatchObject({ complete: true, faults: [], notes: [], checked: { messages: 2 } });
    expect(gap.faults).toContainEqual(
      expect.objectContaining({ kind: 'messages-missing', first: 10, last: 11, why: 'no-row' }),
    );
  });

  test('may be of some partitions alone', async () => {
    await fillSmall(archive);
    await archive.upload(
      { container: 'archive', name: blobOf('A', 10, 1).name.replace('p0', 'p5') },
      Buffer.from('x'),
    );

    const whole = await archive.audit();
    const part = await archive.audit({ includes: ({ id }) => id === '0' });

    expect(kindsOf(whole.faults)).toEqual(['blob-foreign']);
    expect(part).toMatchObject({ complete: true, checked: { partitions: 1 } });
  });
});

test('a hub that cannot be asked changes nothing but a note', async () => {
  await fillSmall(archive);

  const report = await archive.audit({}, { hubs: { range: () => Promise.reject(new Error('no way')) } });

  expect(report.complete).toBe(true);
  expect(report.notes.at(-1)).toMatchObject({ kind: 'hub-not-asked', reason: 'Error: no way' });
});
