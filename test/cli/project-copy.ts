import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** All that it takes to add a category and to run its tests. */
const PARTS = [
  'cli',
  'functions/categories',
  'local',
  'schemas',
  'scripts',
  'shared',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  '.prettierrc.json',
  '.oxlintrc.json',
];

/** A copy of the project that may be changed, until the tests of the file are over. */
export function projectCopy(): string {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'sluice-project-'));
  afterAll(() => rmSync(copy, { recursive: true, force: true }));
  for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  // A junction, because links to folders take a right on Windows that few have.
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  return copy;
}
