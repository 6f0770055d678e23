import { defineConfig } from 'vitest/config';

/** Apart from the other tests, because these need tools on the machine: jq, zcat and python3. */
export default defineConfig({
  test: {
    include: ['test/tools/**/*.tools.ts'],
  },
});
