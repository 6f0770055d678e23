import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { installCoreModule } from './core-module.ts';
import type { CoreContext, ProgrammingModel, Registration } from './core-module.ts';

export interface App extends Registration {
  readonly model: ProgrammingModel;
  /** What the app set with `app.setup`, and what the library itself offers. */
  readonly capabilities: Readonly<Record<string, string>>;
  readonly unload: () => void;
}

/**
 * Imports the entry points that `main` in the app's package.json names (a glob), unchanged, and returns what they
 * registered. Node keeps modules for the life of the process, so this works once per process.
 *
 * Throws an Error where an entry point throws or nothing is registered. Azure does not: if an entry point throws before
 * its first `app.*`, the worker reports success with no functions (WorkerInit and FunctionsMetadata handlers of
 * azure-functions-nodejs-worker), and an empty app runs until somebody notices.
 */
export async function loadApp(appFolder: string, log: CoreContext['log']): Promise<App> {
  const core = installCoreModule(log);
  try {
    for (const file of await entryPoints(appFolder)) await importEntryPoint(file);
  } catch (error) {
    core.uninstall();
    throw error;
  }
  const { registration } = core;
  const { model } = registration;
  if (model === undefined || registration.functions.size === 0) {
    core.uninstall();
    throw new Error(`The entry points of ${appFolder} register no function. Azure would run an empty app.`);
  }
  return { ...registration, model, capabilities: model.getCapabilities({}), unload: core.uninstall };
}

async function entryPoints(appFolder: string): Promise<string[]> {
  const manifest: unknown = JSON.parse(await readFile(path.join(appFolder, 'package.json'), 'utf8'));
  const main: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'main') : undefined;
  if (typeof main !== 'string')
    throw new Error(`package.json in ${appFolder} has no "main": it names the entry points.`);
  const files: string[] = [];
  for await (const file of glob(main, { cwd: appFolder })) files.push(path.join(appFolder, file));
  if (files.length === 0)
    throw new Error(`No file in ${appFolder} fits "main": "${main}". Has the app been built?`);
  return files.toSorted();
}

async function importEntryPoint(file: string): Promise<void> {
  try {
    await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The entry point ${file} cannot be loaded: ${reason}`, { cause });
  }
}
