import { expect, test, vi } from 'vitest';
import { engineFixture } from './engine-fixture.ts';

vi.mock(import('node:os'), async (original) => ({ ...(await original()), availableParallelism: () => 64 }));

test('does not take more memory with every core that there is', async () => {
  const { engine } = await engineFixture();

  expect(await engine.jsonOf("SELECT current_setting('threads')")).toBe(4);
});
