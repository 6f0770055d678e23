import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const MAIN = fileURLToPath(new URL('../local/host/main.ts', import.meta.url));

/**
 * Puts the host with its packages into a few files of that folder, as the app is built, and answers its entry point. What starts many hosts,
 * or many times, would find and load a thousand files each time: the most of what a start costs.
 */
export async function packHost(folder: string): Promise<string> {
  await build({
    input: { main: MAIN },
    platform: 'node',
    logLevel: 'warn',
    // Errors of the SDKs are known by their names.
    output: {
      dir: folder,
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name].mjs',
      keepNames: true,
    },
  });
  return path.join(folder, 'main.mjs');
}
