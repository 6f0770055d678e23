import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { median } from '../shared/capacity/trend.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RUN = fileURLToPath(new URL('start-run.ts', import.meta.url));
const SETTINGS = path.join(ROOT, 'local.settings.sample.json');

interface Start {
  /** From the first look at the app to its last function registered. */
  readonly ms: number;
  /** In bytes, more than before. */
  readonly heap: number;
  readonly resident: number;
  readonly functions: number;
}

export interface StartFigures extends Start {
  readonly build: string;
  /** What is published, but for `generated/`, which is the same in all builds. */
  readonly files: number;
  readonly bytes: number;
}

/** Medians of starts, each in a process of its own: of the app as it is built, and of the same compiled file by file. */
export function measureStarts(rounds: number): StartFigures[] {
  const builds = [
    { build: 'one file', folder: ROOT, files: filesOf(path.join(ROOT, 'dist'), '*.cjs') },
    { build: 'file by file', folder: compiled(), files: dependencies() },
  ];
  const starts = builds.map((): Start[] => []);
  for (let round = 0; round < rounds; round++)
    builds.forEach(({ folder }, i) => starts[i]?.push(startOnce(folder)));
  return builds.map(({ build, files }, i) => ({
    build,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    ...medians(starts[i] ?? []),
  }));
}

export function startTable(rounds: number): string {
  const table = new Table({
    head: ['build', 'files', 'MB', 'to all registered, ms', 'heap, MB', 'resident, MB'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { build, files, bytes, ms, heap, resident } of measureStarts(rounds))
    table.push([
      build,
      files,
      ...[bytes / 1e6, ms, heap / 1e6, resident / 1e6].map((n) => n.toFixed(n < 10 ? 1 : 0)),
    ]);
  return table.toString();
}

/** Beside `node_modules`, where it finds its packages. */
function compiled(): string {
  const folder = path.join(ROOT, '.sluice', 'file-by-file');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const emit = [
    '--noEmit',
    'false',
    '--rewriteRelativeImportExtensions',
    '--rootDir',
    ROOT,
    '--outDir',
    folder,
  ];
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', ...emit], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  cpSync(path.join(ROOT, 'generated'), path.join(folder, 'generated'), { recursive: true });
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ type: 'module', main: 'functions/**/*.js' }),
  );
  return folder;
}

/** What would be published with it: its own files, and those of the packages that `npm prune --omit=dev` leaves. */
function dependencies(): string[] {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const packages = listed.trim().split('\n').slice(1);
  const own = filesOf(path.join(ROOT, '.sluice', 'file-by-file'), '{functions,shared}/**/*.js');
  return [...own, ...packages.flatMap((folder) => filesOf(folder, '**/*', ['**/node_modules/**']))];
}

function filesOf(folder: string, pattern: string, exclude: string[] = []): string[] {
  const found = globSync(pattern, { cwd: folder, exclude, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => path.join(parentPath, name));
}

function startOnce(folder: string): Start {
  const input = readFileSync(SETTINGS);
  return JSON.parse(execFileSync(process.execPath, [RUN, folder], { encoding: 'utf8', input })) as Start;
}

function medians(starts: readonly Start[]): Start {
  const of = (figure: keyof Start) => median(starts.map((start) => start[figure]));
  return { ms: of('ms'), heap: of('heap'), resident: of('resident'), functions: of('functions') };
}
