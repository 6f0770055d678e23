import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readInput, tierFor } from '../../cli/input.ts';
import type { InputMessage } from '../../cli/input.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function bodiesIn(...paths: string[]): Promise<string[]> {
  return (await readInput(paths)).map(({ body }) => body.toString('latin1'));
}

describe('readInput', () => {
  test('a .json file is one message, with every byte of it', async () => {
    const folder = await temporaryFolder({ 'a.json': '\r\n{ "a" : 1 }\n\n', 'b.JSON': '' });

    expect(await bodiesIn(folder)).toEqual(['\r\n{ "a" : 1 }\n\n', '']);
  });

  test.each(['a.ndjson', 'a.jsonl', 'a.log'])(
    'a line of %s is a message, without its line end',
    async (name) => {
      const folder = await temporaryFolder({
        [name]: Buffer.from('{"a": 1}\r\n\n\r\n \xff\r x\n{"b":2}', 'latin1'),
      });

      expect(await bodiesIn(path.join(folder, name))).toEqual(['{"a": 1}', ' \xff\r x', '{"b":2}']);
    },
  );

  test('folders are read to the bottom, in the order of names, and other files in them are left alone', async () => {
    const folder = await temporaryFolder({ 'c.json': '3', 'b/y.log': '2', 'b/x.json': '1', 'a.txt': 'no' });

    expect(await bodiesIn(folder)).toEqual(['1', '2', '3']);
  });

  test('paths are read in the order in which they are given', async () => {
    const folder = await temporaryFolder({ 'a.json': '1', 'b.json': '2' });

    expect(await bodiesIn(path.join(folder, 'b.json'), path.join(folder, 'a.json'))).toEqual(['2', '1']);
  });

  test('what cannot be read is named', async () => {
    const folder = await temporaryFolder({ 'a.txt': 'text', 'empty.log': '\n\n' });
    const missing = path.join(folder, 'gone');

    await expect(readInput([missing])).rejects.toThrow(`There is no file or folder ${missing}.`);
    await expect(readInput([path.join(folder, 'a.txt')])).rejects.toThrow('a.txt is of another kind');
    await expect(readInput([folder])).rejects.toThrow(`There is no message in ${folder}`);
  });
});

const MEGABYTE = 1024 * 1024;

function message(file: string, bytes: number): InputMessage {
  return { file, body: Buffer.alloc(bytes) };
}

describe('tierFor', () => {
  test('the standard tier takes a little less than a megabyte, the dedicated one nearly twenty', () => {
    expect(tierFor([message('a', 10), message('b', MEGABYTE - 4096)])).toBe('standard');
    expect(tierFor([message('a', MEGABYTE), message('b', 10)])).toBe('dedicated');
  });

  test('what no tier takes is named, with its size', () => {
    const messages = [message('a.json', 10), message('b.json', 20 * MEGABYTE)];

    expect(() => tierFor(messages)).toThrow(`b.json holds a message of ${20 * MEGABYTE} bytes.`);
  });
});
