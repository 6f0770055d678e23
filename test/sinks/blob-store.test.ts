import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryBlobStore } from '../../local/memory-sinks.ts';
import type { MemoryBlobStore } from '../../local/memory-sinks.ts';
import type { BlobAddress, BlobStore, CommitOptions } from '../../shared/sinks.ts';
import { azuriteSinks } from './azurite.ts';
import type { AzuriteSinks } from './azurite.ts';

const NEW: CommitOptions = {
  ifMatch: undefined,
  metadata: { leasteventtime: '2026-11-20T10:00:00.000Z' },
  tags: { source: 'entra', category: 'Sign+20In', expires: '2027-11-21' },
  contentType: 'application/gzip',
};

interface Written {
  readonly text: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
}

/** The store, and what others than we see in it. */
interface Subject {
  readonly store: BlobStore;
  readonly written: (blob: BlobAddress) => Promise<Written>;
}

function inMemory(store: MemoryBlobStore = memoryBlobStore()): Subject {
  return {
    store,
    written({ container, name }) {
      const found = store.blobs.get(`${container}/${name}`);
      if (!found) return Promise.reject(new Error('no such blob'));
      const { tags, contentType } = found.options;
      return Promise.resolve({ text: found.body.toString(), tags, contentType });
    },
  };
}

function inAzurite({ blobs, store }: AzuriteSinks): Subject {
  return {
    store,
    async written({ container, name }) {
      const client = blobs.getContainerClient(container).getBlobClient(name);
      const [body, { tags }, { contentType }] = await Promise.all([
        client.downloadToBuffer(),
        client.getTags(),
        client.getProperties(),
      ]);
      return { text: body.toString(), tags, contentType };
    },
  };
}

let azurite: AzuriteSinks;
beforeAll(async () => {
  azurite = await azuriteSinks();
});
afterAll(() => azurite.close());

let blobNo = 0;

/** Of 64 characters, as Azure wants all ids of a blob to be of one length. */
function id(name: string): string {
  return Buffer.from(name.padEnd(64, '0')).toString('base64');
}

describe.each([
  { name: 'in memory', subject: () => inMemory() },
  { name: 'in Azurite', subject: () => inAzurite(azurite) },
])('a blob store $name', ({ subject }) => {
  function begin(): { blob: BlobAddress; stage: (...names: string[]) => Promise<void> } & Subject {
    const { store, written } = subject();
    const blob = { container: 'archive', name: `entra/y=2026/contoso-${++blobNo}.ndjson.gz` };
    const stage = async (...names: string[]): Promise<void> => {
      for (const name of names) await store.stage(blob, id(name), Buffer.from(name));
    };
    return { store, written, blob, stage };
  }

  test('knows nothing of a blob, nor of a container, that nobody has written to', async () => {
    const { store } = begin();

    const state = await store.state({ container: 'never-made', name: 'some/blob' });

    expect(state).toEqual({ etag: undefined, blocks: [], metadata: {} });
  });

  test('makes the container that a first block is staged to', async () => {
    const { store } = begin();
    const blob = { container: `made-${++blobNo}`, name: 'a/b' };

    await store.stage(blob, id('one'), Buffer.from('one'));

    expect(await store.commit(blob, [id('one')], NEW)).toHaveProperty('etag');
  });

  test('shows nothing of a staged block', async () => {
    const { store, blob, stage, written } = begin();

    await stage('one');

    expect(await store.state(blob)).toEqual({ etag: undefined, blocks: [], metadata: {} });
    await expect(written(blob)).rejects.toBeInstanceOf(Error);
  });

  test('takes a blob with nothing but staged blocks for new', async () => {
    const { store, blob, stage, written } = begin();
    await stage('one', 'two');

    const outcome = await store.commit(blob, [id('one')], NEW);

    expect(outcome).toHaveProperty('etag');
    expect((await written(blob)).text).toBe('one');
  });

  test('puts blocks into the order of the commit, not of the staging', async () => {
    const { store, blob, stage, written } = begin();
    await stage('first', 'second', 'third');

    const outcome = await store.commit(blob, [id('third'), id('first'), id('second')], NEW);

    const state = await store.state(blob);
    expect(outcome).toEqual({ etag: state.etag });
    expect(state.blocks).toEqual([
      { id: id('third'), size: 5 },
      { id: id('first'), size: 5 },
      { id: id('second'), size: 6 },
    ]);
    expect((await written(blob)).text).toBe('thirdfirstsecond');
  });

  test('has tags, metadata and content type of the last commit', async () => {
    const { store, blob, stage, written } = begin();
    await stage('one');
    await store.commit(blob, [id('one')], NEW);
    const { etag } = await store.state(blob);
    await stage('two');

    const again = {
      ...NEW,
      metadata: { a: '1' },
      tags: { source: 'intune' },
      contentType: 'application/x-ndjson',
    };
    await store.commit(blob, [id('one'), id('two')], { ...again, ifMatch: etag });

    expect((await store.state(blob)).metadata).toEqual({ a: '1' });
    const { tags, contentType } = await written(blob);
    expect(tags).toEqual({ source: 'intune' });
    expect(contentType).toBe('application/x-ndjson');
  });

  test('says `changed` to a commit that follows an older state, and changes nothing', async () => {
    const { store, blob, stage, written } = begin();
    await stage('one');
    await store.commit(blob, [id('one')], NEW);
    const { etag } = await store.state(blob);
    await stage('two');
    await store.commit(blob, [id('one'), id('two')], { ...NEW, ifMatch: etag });
    await stage('three');

    const outcome = await store.commit(blob, [id('one'), id('three')], { ...NEW, ifMatch: etag });

    expect(outcome).toBe('changed');
    expect((await written(blob)).text).toBe('onetwo');
  });

  test('says `changed` to a commit that begins a blob which is there', async () => {
    const { store, blob, stage } = begin();
    await stage('one');
    await store.commit(blob, [id('one')], NEW);
    await stage('two');

    expect(await store.commit(blob, [id('two')], NEW)).toBe('changed');
  });

  test('says `changed` to a commit that continues a blob which is not there', async () => {
    const { store, blob, stage } = begin();
    await stage('one');
    const ifMatch = '"0x8DC582D3F2A4C1B"';

    expect(await store.commit(blob, [id('one')], { ...NEW, ifMatch })).toBe('changed');
  });

  test('says `block-missing` to a block that nobody has staged, and changes nothing', async () => {
    const { store, blob, stage, written } = begin();
    await stage('one');
    await store.commit(blob, [id('one')], NEW);
    const { etag } = await store.state(blob);

    const outcome = await store.commit(blob, [id('one'), id('two')], { ...NEW, ifMatch: etag });

    expect(outcome).toBe('block-missing');
    expect((await written(blob)).text).toBe('one');
  });

  test('has the same ETag when something has been staged', async () => {
    const { store, blob, stage } = begin();
    await stage('one');
    await store.commit(blob, [id('one')], NEW);
    const { etag } = await store.state(blob);

    await stage('two');

    expect((await store.state(blob)).etag).toBe(etag);
  });

  test('commits the staged block where a committed one has the same id', async () => {
    const { store, blob, stage, written } = begin();
    await stage('one');
    await store.commit(blob, [id('one')], NEW);
    const { etag } = await store.state(blob);

    await store.stage(blob, id('one'), Buffer.from('other'));
    await store.commit(blob, [id('one')], { ...NEW, ifMatch: etag });

    expect((await written(blob)).text).toBe('other');
  });

  test('says `changed` to a commit that follows an older state, though its block is gone with that', async () => {
    const { store, blob, stage } = begin();
    await stage('one', 'two');
    await store.commit(blob, [id('one')], NEW);

    expect(await store.commit(blob, [id('two')], NEW)).toBe('changed');
  });

  test('discards with a commit what else is staged', async () => {
    const { store, blob, stage } = begin();
    await stage('one', 'two');
    await store.commit(blob, [id('one')], NEW);
    const { etag } = await store.state(blob);

    const outcome = await store.commit(blob, [id('one'), id('two')], { ...NEW, ifMatch: etag });

    expect(outcome).toBe('block-missing');
  });

  test('reads a range', async () => {
    const { store, blob, stage } = begin();
    await stage('first', 'second', 'third');
    await store.commit(blob, [id('first'), id('second'), id('third')], NEW);

    expect((await store.download(blob, 5, 6)).toString()).toBe('second');
    expect((await store.download(blob, 0, 16)).toString()).toBe('firstsecondthird');
  });

  test('throws an Error when a blob is read that is not there', async () => {
    const { store, blob } = begin();

    await expect(store.download(blob, 0, 1)).rejects.toBeInstanceOf(Error);
  });

  test('takes hundreds of blocks', async () => {
    const { store, blob } = begin();
    const names = Array.from({ length: 256 }, (_, n) => String(n));
    await Promise.all(names.map((name) => store.stage(blob, id(name), Buffer.from(`${name}\n`))));

    await store.commit(blob, names.map(id), NEW);

    const { blocks } = await store.state(blob);
    expect(blocks.map((block) => block.id)).toEqual(names.map(id));
  });
});
