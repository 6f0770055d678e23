import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';

import { buildApp } from './build-app.ts';
import { buildPage } from './build-page.ts';
import { compileValidators, describeUnknown } from './build-validators.ts';
import { buildWasm } from './build-wasm.ts';

const root = path.join(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const generated = path.join(root, 'generated');

async function step(what: string, action: () => string | Promise<string>): Promise<void> {
  const start = performance.now();
  const outcome = await action();
  console.error(`${what.padEnd(11)} ${outcome} (${Math.round(performance.now() - start)} ms)`);
}

function checkTypes(): string {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, error } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  return 'of functions/ and shared/';
}

rmSync(dist, { recursive: true, force: true });
await step('validators', () => {
  const compiled = compileValidators(path.join(root, 'schemas'), generated);
  for (const line of describeUnknown(compiled)) console.error(`validators  ${line}`);
  return `${compiled.count} schemas to generated/`;
});
for (const name of ['walk', 'deflate', 'escape'])
  await step(name, () => {
    return `assembly/${name}/ to generated/${name}.wasm, ${buildWasm(name, root, generated)} bytes`;
  });
await step('page', async () => {
  const bytes = await buildPage(path.join(root, 'page'), path.join(generated, 'report-page.json'));
  return `page/ to generated/report-page.json, ${Math.round(bytes / 1_000)} kB`;
});
await step('types', checkTypes);
await step('app', async () => {
  const { files, bytes } = await buildApp(root, dist);
  return `functions/ and shared/ to dist/, ${files} ${files === 1 ? 'file' : 'files'} of ${Math.round(bytes / 1_000)} kB`;
});
