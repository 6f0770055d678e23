import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const MAIN = fileURLToPath(new URL('../../local/host/main.ts', import.meta.url));

export interface PackedHost {
  readonly main: string;
  /** For what Node keeps of it when it has compiled it. */
  readonly cache: string;
  readonly remove: () => void;
}

/**
 * The host with its packages in a few files, as the app is built. A round starts four or five hosts, and to find and to load a thousand files
 * each time was the most of what it cost.
 */
export async function packHost(): Promise<PackedHost> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-chaos-'));
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
  return {
    main: path.join(folder, 'main.mjs'),
    cache: path.join(folder, 'compiled'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
