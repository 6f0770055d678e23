import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { packHost } from '../../scripts/pack-host.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The entry point of the host, packed. */
    readonly packedHost: string;
  }
}

const FOLDER = path.join(import.meta.dirname, '../../node_modules/.cache/packed-host');

/** Before the tests that start hosts. */
export default async function providePackedHost(project: TestProject): Promise<void> {
  project.provide('packedHost', await packHost(FOLDER));
}
