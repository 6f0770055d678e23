import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const RESULTS = fileURLToPath(new URL('results/', import.meta.url));

/** Leaves figures with what they were measured on, in a file named for the day and the commit. Answers its path. */
export function saveResults(figures: object): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const day = new Date().toISOString().slice(0, 10);
  const file = path.join(RESULTS, `${day}-${commit}.json`);
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ commit, day, machine: machine(), figures }, undefined, 2)}\n`);
  return path.relative(process.cwd(), file);
}

function machine() {
  return {
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    gigabytes: Math.round(totalmem() / 1e9),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    /** Of the last minute, the bench's own among it. */
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
