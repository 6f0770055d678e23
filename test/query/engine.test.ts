import { expect, onTestFinished, test } from 'vitest';
import { openEngine } from '../../cli/query/engine.ts';
import { temporaryFolder } from '../cli/temporary-folder.ts';

test.each([
  [64, 4],
  [2, 2],
])('of %i cores the engine takes %i', async (cores, threads) => {
  const folder = await temporaryFolder();
  const engine = await openEngine(folder, `${folder}/tmp`, cores);
  onTestFinished(() => engine.close());

  expect(await engine.jsonOf("SELECT current_setting('threads')")).toBe(threads);
});
