import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Where the rest of the command line finds the stack that runs; npm runs scripts in the folder of package.json. */
export const SETTINGS_FILE = path.join('.sluice', 'settings.json');

export async function writeSettings(settings: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path.dirname(SETTINGS_FILE), { recursive: true });
  await writeFile(SETTINGS_FILE, `${JSON.stringify(settings, null, 2)}\n`);
}

/** Those of the stack that runs; undefined where none does. Throws an Error where they cannot be read. */
export async function readSettings(): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return JSON.parse(await readFile(SETTINGS_FILE, 'utf8')) as Record<string, string>;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Nobody should look for a stack that has ended. */
export async function removeSettings(): Promise<void> {
  await rm(SETTINGS_FILE, { force: true });
}
