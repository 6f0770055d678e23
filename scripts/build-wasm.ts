import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import path from 'node:path';

/** No garbage collector, as nothing is ever thrown away; and no assertions of its own, as it makes none that could fail. */
const OPTIONS = ['--runtime', 'stub', '--enable', 'simd', '--noAssert', '--optimizeLevel', '3'];

/**
 * Compiles `assembly/NAME/` to `NAME.wasm`, unless that has been done since anything it is made of has changed: the compiler takes
 * longer than the rest of the build. Throws with the compiler's words where it does not compile.
 * @returns the size of the module in bytes
 */
export function buildWasm(name: string, root: string, outFolder: string): number {
  const sources = globSync(`assembly/${name}/*.ts`, { cwd: root });
  const all = [...sources, 'package-lock.json', 'scripts/build-wasm.ts'];
  const changed = Math.max(...all.map((file) => statSync(path.join(root, file)).mtimeMs));
  const outFile = path.join(outFolder, `${name}.wasm`);
  const built = statSync(outFile, { throwIfNoEntry: false });
  if (!built || built.mtimeMs <= changed) compile(`assembly/${name}/module.ts`, root, outFile);
  return statSync(outFile).size;
}

/** As a program: the types of its package declare globals of its own language for all that is checked together with them. */
function compile(entry: string, root: string, outFile: string): void {
  const asc = path.join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
  const options = [entry, '--outFile', path.relative(root, outFile), ...OPTIONS];
  const { status, stderr, error } = spawnSync(process.execPath, [asc, ...options], {
    cwd: root,
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${entry} does not compile:\n${stderr}`);
}
