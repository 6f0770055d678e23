import { on } from 'node:events';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { published, ROOT } from './support/published.ts';

const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

test('what is published is what was built, and two files that say how to run it', () => {
  const files = published();

  expect(files.filter((file) => !/^(dist|generated)\//.test(file))).toEqual(['host.json', 'package.json']);
  expect(files).toContain('dist/main.cjs');
  expect(files).toContain('generated/catalogue.json');
  expect(files.filter((file) => file.startsWith('dist/') && !file.endsWith('.cjs'))).toEqual([]);
});

test('the app is one of its files, and asks for nothing but what Node and the worker have', () => {
  const manifest = JSON.parse(text('package.json')) as { main: string };
  const code = published().filter((file) => file.startsWith('dist/'));

  expect(code).toContain(manifest.main);
  const asked = new Set(code.flatMap((file) => requiredBy(text(file))));
  const foreign = [...asked].filter((id) => !isBuiltin(id) && !code.includes(path.posix.join('dist', id)));
  expect(foreign).toEqual(['@azure/functions-core']);
});

test('its code is ASCII, which takes half of the memory that anything beyond Latin-1 makes of it', () => {
  const code = published().filter((file) => file.startsWith('dist/'));

  expect(code.filter((file) => /[^\0-\x7f]/.test(text(file)))).toEqual([]);
});

test('the thread that packs blocks is a file of its own, which packs', async () => {
  const { port1, port2 } = new MessageChannel();
  const thread = new Worker(path.join(ROOT, 'dist/packer-thread.cjs'), {
    workerData: port2,
    transferList: [port2],
  });
  const answers = on(port1, 'message');
  port1.postMessage({ content: Buffer.from('{"a":1}\n'), note: Buffer.alloc(0) });

  const [running, packed] = [await answers.next(), await answers.next()];

  expect(running.value).toEqual([undefined]);
  const [{ member }] = packed.value as [{ member: Uint8Array }];
  expect(gunzipSync(member).toString()).toBe('{"a":1}\n');
  await thread.terminate();
});

function requiredBy(source: string): string[] {
  return [...source.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, id = '']) => id);
}
