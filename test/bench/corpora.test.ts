import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { corpusA, corpusB, corpusC, corpusFromFile } from '../../bench/corpora.ts';
import { LIMITS } from '../../bench/parts.ts';
import { contentsOf } from '../../bench/stages.ts';
import { judge } from '../../shared/judge/judge.ts';
import { openSieve } from '../../shared/judge/sieve.ts';
import { takeApart } from '../../shared/take-apart/take-apart.ts';

describe.each([
  {
    name: 'A',
    corpus: corpusA,
    messages: 200,
    records: 250,
    recordBytes: 1100,
    category: 'SignInLogs',
    digest: '4cfa4db0a2e4a112',
  },
  {
    name: 'B',
    corpus: corpusB,
    messages: 2000,
    records: 10,
    recordBytes: 640,
    category: 'Administrative',
    digest: '3d5b334e310469b1',
  },
])('corpus $name', ({ corpus, messages, records, recordBytes, category, digest }) => {
  const bodies = corpus();

  it('has the counts and the sizes that it is measured by', () => {
    const bytes = bodies.reduce((sum, body) => sum + body.length, 0);

    expect(bodies).toHaveLength(messages);
    expect(bytes / (messages * records)).toBeGreaterThan(0.9 * recordBytes);
    expect(bytes / (messages * records)).toBeLessThan(1.1 * recordBytes);
  });

  it('has the bytes that earlier figures were measured with', () => {
    const hash = createHash('sha256');
    for (const body of bodies) hash.update(body);

    expect(hash.digest('hex').slice(0, 16)).toBe(digest);
  });

  it('holds as many records in a message, each with an id of its own', () => {
    const parsed = bodies.slice(0, 20).flatMap((body) => parse(body).records);

    expect(parsed).toHaveLength(20 * records);
    expect(new Set(parsed.map((record) => record.category))).toEqual(new Set([category]));
    expect(new Set(parsed.map((record) => record.correlationId)).size).toBe(parsed.length);
  });
});

test('corpus C has valid records of all products, and of most categories', () => {
  const bodies = corpusC();
  const categories = new Set<string>();
  for (const body of bodies)
    for (const { span } of takeApart(body, { judge, openSieve, ...LIMITS }).spans)
      categories.add(span.category.key);

  expect(contentsOf(bodies).others).toBe(0);
  expect(categories.size).toBeGreaterThan(100);
});

describe('corpusFromFile', () => {
  it('takes a message from each line, byte for byte', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'corpus-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'messages.ndjson');
    writeFileSync(file, Buffer.from('{"a": 1}\r\n\n{"b":"\xff"}\n[2]', 'latin1'));

    const messages = corpusFromFile(file);

    expect(messages.map((body) => body.toString('latin1'))).toEqual(['{"a": 1}', '{"b":"\xff"}', '[2]']);
  });
});

interface Message {
  readonly records: readonly { readonly category: string; readonly correlationId: string }[];
}

function parse(body: Buffer): Message {
  return JSON.parse(body.toString()) as Message;
}
