import { globSync, statSync } from 'node:fs';
import path from 'node:path';

import { build } from 'rolldown';
import type { Plugin } from 'rolldown';
import { escapeUnit } from '../shared/json/escape.ts';

/** The worker gives it to the app; there is no such package. */
const CORE_MODULE = '@azure/functions-core';

const ENTRY_POINT = 'sluice:main';

/** Built by itself, since a thread begins with it: what it shares with the app would be another file to read at each start. */
const PACKER_THREAD = 'shared/blocks/packer-thread.ts';

export interface BuiltApp {
  readonly files: number;
  /** Of all of them. */
  readonly bytes: number;
}

/**
 * Makes the app of `functions/` and `shared/`: `main.cjs`, which the host loads with all that it needs, and beside it what is loaded
 * later, if at all. With the code of the packages in it, because reading a thousand files takes longer than anything else of a start.
 */
export async function buildApp(root: string, outFolder: string): Promise<BuiltApp> {
  const app = await bundle({ main: ENTRY_POINT }, root, outFolder);
  const thread = await bundle({ 'packer-thread': path.join(root, PACKER_THREAD) }, root, outFolder);
  const code = [...app, ...thread].filter(({ type }) => type === 'chunk');
  const sizes = code.map(({ fileName }) => statSync(path.join(outFolder, fileName)).size);
  return { files: code.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function bundle(input: Record<string, string>, root: string, outFolder: string) {
  const { output } = await build({
    cwd: root,
    input,
    platform: 'node',
    external: [CORE_MODULE],
    plugins: [entryPoint(root), inAscii],
    // A category function is known by its name, and errors of the SDKs are: neither a minifier nor a namesake may change it.
    output: {
      dir: outFolder,
      format: 'cjs',
      keepNames: true,
      // As its files were: the AMQP client looks whether a function was called without an object.
      strict: true,
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name].cjs',
      sourcemap: true,
    },
  });
  return output;
}

/** Requires what registers functions, so that it can be caught if that fails: every file of `functions/`. */
function entryPoint(root: string): Plugin {
  const start = path.join(root, 'shared/azure/start.ts');
  const functions = globSync('functions/**/*.ts', { cwd: root }).toSorted();
  const loads = functions.map((file) => `  ${require(path.join(root, file))};`);
  return {
    name: 'entry-point',
    resolveId: (id) => (id === ENTRY_POINT ? id : undefined),
    load: (id) =>
      id === ENTRY_POINT ? `${require(start)}.start(() => {\n${loads.join('\n')}\n});` : undefined,
  };
}

/**
 * A single character beyond Latin-1 makes V8 keep all of a file's source with two bytes for each: of the SDKs' that is 2.8 MB. In a
 * string, an expression or a name, its escape says the same.
 */
const inAscii: Plugin = {
  name: 'in-ascii',
  generateBundle(_, output) {
    for (const file of Object.values(output))
      if (file.type === 'chunk') file.code = file.code.replaceAll(/[^\0-\x7f]/g, escapeUnit);
  },
};

function require(file: string): string {
  return `require(${JSON.stringify(file)})`;
}
