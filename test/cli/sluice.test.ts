import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from './run-cli.ts';
import { temporaryFolder } from './temporary-folder.ts';

const RECORDER = fileURLToPath(new URL('../support/record-modules.ts', import.meta.url));

test('a command that only tells of itself waits for no SDK to load', async () => {
  const file = path.join(await temporaryFolder(), 'modules');
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(RECORDER).href}`, RECORD_MODULES: file };

  const { exitCode, stdout } = await runCli('sluice', ['check', '--help'], { env });

  const loaded = (await readFile(file, 'utf8')).split('\n');
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('--trace')]);
  expect(loaded.some((url) => url.endsWith('/cli/commands/check.ts'))).toBe(true);
  expect(loaded.filter((url) => url.includes('/@azure/'))).toEqual([]);
});
