import { describe, expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { memoryBlobStore } from '../local/memory-sinks.ts';
import { blockCodec } from '../shared/blocks/block-codec.ts';
import { decodeBlockId } from '../shared/blocks/block-id.ts';
import { categoryRecord } from '../shared/category-record.ts';
import { bytesOf } from '../shared/take-apart/raw-body.ts';
import type { DeadLetterLine } from '../shared/take-apart/dead-letter.ts';
import { handlerFailures } from '../shared/category-functions/handler-failures.ts';
import type { BlobStore } from '../shared/sinks.ts';
import { messagesOf } from './support/messages.ts';
import { RECORDS_PARTITION } from './support/records-messages.ts';

const [MESSAGE] = messagesOf([''], { first: 42 });

function recordOf(text: string, category = 'entra/SignInLogs') {
  return categoryRecord({ id: 'some/id/0', key: undefined, category, valid: true, bytes: Buffer.from(text) });
}

async function keep(options: {
  name?: string;
  retentionDays?: number;
  record?: ReturnType<typeof recordOf>;
}) {
  const { name = 'risky', retentionDays = 30, record = recordOf('{ "a": 1 }') } = options;
  const store = memoryBlobStore();
  const ids: string[] = [];
  const watched: BlobStore = {
    ...store,
    stage: (blob, id, body) => {
      ids.push(id);
      return store.stage(blob, id, body);
    },
  };
  const failures = handlerFailures({ store: watched, codec: blockCodec('gzip'), retentionDays });
  if (MESSAGE) await failures.keep(name, [record], 'why', RECORDS_PARTITION, MESSAGE);
  const [[key, blob] = []] = [...store.blobs];
  const line = gunzipSync(blob?.body ?? Buffer.alloc(0)).toString();
  return { key, options: blob?.options, letter: JSON.parse(line) as DeadLetterLine, blockId: ids[0] ?? '' };
}

test('a blob for each function and message, with its retention', async () => {
  const { key, options, letter, blockId } = await keep({});

  expect(key).toBe('dead-letter/handlers/risky/y=2026/m=11/d=20/h=10/contoso-records-p3-42.ndjson.gz');
  expect(options).toMatchObject({
    ifMatch: undefined,
    tags: { source: 'handlers', category: 'risky', expires: '2026-12-21' },
    metadata: { blocks: '1', records: '1', expires: '2026-12-21' },
    contentType: 'application/gzip',
  });
  expect(bytesOf(letter).toString()).toBe('{ "a": 1 }');
  expect(decodeBlockId(blockId)).toMatchObject({ first: 42, last: 42, records: 1, retentionDays: 30 });
});

test('kept for ever, it has no date to expire on', async () => {
  const { options } = await keep({ retentionDays: 0 });

  expect(options?.tags).toEqual({ source: 'handlers', category: 'risky' });
});

describe('names that storage would refuse or data may hold', () => {
  test('a function named with a $', async () => {
    const { key, options } = await keep({ name: '$risky' });

    expect(key).toContain('dead-letter/handlers/+24risky/');
    expect(options?.tags).toMatchObject({ category: '+24risky' });
  });

  test('a category with a slash keeps it', async () => {
    const { letter } = await keep({ record: recordOf('{}', 'unknown/a/b') });

    expect(letter).toMatchObject({ source: 'unknown', category: 'a/b' });
  });
});
