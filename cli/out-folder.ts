import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from './usage-error.ts';

/** Throws an UsageError where the folder holds something, or cannot be made. */
export async function prepareOutFolder(folder: string): Promise<void> {
  const names = await makeAndList(folder).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`The folder ${folder} cannot be used: ${reason}`, { cause });
  });
  if (names.length > 0)
    throw new UsageError(`The folder ${folder} is not empty. Name one that is, or a new one.`);
}

async function makeAndList(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return readdir(folder);
}

/** Writes a file below the folder; `name` has `/` between its parts. */
export function fileWriter(folder: string): (name: string, body: Buffer) => Promise<void> {
  return async function writeBelow(name, body) {
    const file = path.join(folder, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, body);
  };
}
