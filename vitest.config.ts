import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * Tests that start processes and services, which they wait for more than they work, or that change what their process trusts, or what a
 * module of it knows: each file has a process of its own.
 */
const WITH_SERVICES = [
  'audit',
  'chaos',
  'cli',
  'e2e',
  'event-hubs',
  'host',
  'retention',
  'sinks',
  'outgoing',
  'storage',
  'telemetry',
];
const WITH_A_MEMORY = ['on-category', 'packers', 'slabs'];
const apart = [
  ...WITH_SERVICES.map((folder) => `test/${folder}/**/*.test.ts`),
  ...WITH_A_MEMORY.map((file) => `test/${file}.test.ts`),
];

/** Small files that take long. Where nothing is known of earlier runs, files are begun in the order of their size, and all would wait for these. */
const LONG =
  /\/test\/(chaos\/rounds|fuzz|model\/model|query\/queries|retention\/scale|sample\/stream)\.test\.ts$/;

const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);

class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is the sequencer's own
    const inOrder = await super.sort(files);
    return inOrder.toSorted((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

export default defineConfig({
  test: {
    // Node runs the code as it is, and as it does elsewhere: what Vite makes of it takes twice as long, where one module calls another.
    experimental: { viteModuleRunner: false },
    sequence: { sequencer: LongOnesFirst },
    // What runs processes and services waits for them on a busy machine; a test that hangs is still found.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // The code of the many processes that tests start is compiled once.
    env: { NODE_COMPILE_CACHE: path.join(import.meta.dirname, 'node_modules/.cache/node-compile-cache') },
    projects: [
      {
        extends: true,
        test: {
          name: 'services',
          include: apart,
          globalSetup: 'test/support/packed-host.ts',
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'units',
          include: ['test/**/*.test.ts'],
          exclude: apart,
          // To start a process for each file takes longer than most of them run.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
