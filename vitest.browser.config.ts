import { defineConfig } from 'vitest/config';

/** Apart from the other tests, because these need a browser on the machine: Debian's Chromium, or the one that CHROMIUM names. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
