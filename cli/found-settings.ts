import { readConfig } from '../shared/settings/config.ts';
import type { Config } from '../shared/settings/config.ts';
import { readConnection } from '../shared/settings/connection.ts';
import type { Connection, Service } from '../shared/settings/connection.ts';
import { SluiceError } from '../shared/errors.ts';
import type { Environment, Problems } from '../shared/settings/settings.ts';
import { readSettings, SETTINGS_FILE } from './settings-file.ts';
import { UsageError } from './usage-error.ts';

/** Settings of an app, and where they were found. */
export interface FoundSettings {
  readonly env: Environment;
  /** For a person. */
  readonly place: string;
  /** Whether they are those of the stack that npm start has left running. */
  readonly isRunning: boolean;
}

/** Those of the stack that npm start has left running, or else those in the environment. */
export async function findSettings(): Promise<FoundSettings> {
  const running = await readSettings();
  return running
    ? { env: running, place: SETTINGS_FILE, isRunning: true }
    : { env: process.env, place: 'the environment', isRunning: false };
}

/** Throws a UsageError where the settings do not say how to connect. */
export function storageConnection(
  { env, place }: FoundSettings,
  setting: 'ArchiveStorage' | 'LedgerStorage',
): Connection {
  const service: Service = setting === 'ArchiveStorage' ? 'blobs' : 'tables';
  return settingsOf({ env, place }, (problems) => readConnection(env, setting, service, problems));
}

/**
 * What `read` makes of the settings. Throws a UsageError that names every problem it has with them, after a sentence on what there is
 * not.
 */
export function settingsOf<T>(
  { place }: Pick<FoundSettings, 'env' | 'place'>,
  read: (problems: Problems) => T | undefined,
  lack = 'Settings are missing or wrong.',
): T {
  const problems: Problems = [];
  const found = read(problems);
  if (found !== undefined && problems.length === 0) return found;
  throw notFound(lack, `In ${place}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
}

/** All settings of an app. Throws a UsageError that names every problem with them. */
export function configOf({ env, place }: Pick<FoundSettings, 'env' | 'place'>, lack: string): Config {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    throw notFound(lack, `In ${place}: ${error.message}`, error);
  }
}

function notFound(lack: string, problems: string, cause?: unknown): UsageError {
  return new UsageError(
    `${lack} npm start leaves its settings in ${SETTINGS_FILE} for commands in the same folder; for another app, its settings must ` +
      `be in the environment. ${problems}`,
    { cause },
  );
}
