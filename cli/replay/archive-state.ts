import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../usage-error.ts';

/** What was asked for; a run that goes on asks for the same. Times are in ISO. */
export interface ArchiveRequest {
  readonly from: string;
  readonly to: string;
  readonly source?: readonly string[];
  readonly category?: readonly string[];
  /** Where everything is sent, whatever the settings say of its category. */
  readonly hub?: string;
  /** Whether to send what was not passed on when it came. */
  readonly all?: boolean;
  readonly skipPlain?: boolean;
}

/** How far a replay of the archive is. */
export interface ArchiveState {
  readonly request: ArchiveRequest;
  /** The hour it is in, and what of it is done. */
  readonly hour: string;
  readonly doneLanes: readonly string[];
  readonly lane?: string;
  readonly block?: string;
  readonly records: number;
  readonly messages: number;
  /** Records that were not passed on when they came, and were not sent now. */
  readonly leftOut: number;
  readonly bytes: number;
}

export const STATE_FILE = path.join('.sluice', 'replay-from-archive.json');

/** Undefined where there is no such file. */
export async function readState(file: string): Promise<ArchiveState | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ArchiveState;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The file ${file} does not tell how far a replay is: ${reason}`, { cause: error });
  }
}

/** In one step: whoever is cut off leaves the one from before. */
export async function writeState(file: string, state: ArchiveState): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

export async function removeState(file: string): Promise<void> {
  await rm(file, { force: true });
}
