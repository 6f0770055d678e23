import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadApp } from '../local/host/load-app.ts';

// One start of an app in a process of its own, where nothing is loaded yet: `start-run.ts <folder of the app> < local.settings.json`.

const [folder = ''] = process.argv.slice(2);
const { Values: values } = JSON.parse(readFileSync(0, 'utf8')) as { Values: Record<string, string> };
for (const [name, value] of Object.entries(values)) if (value) process.env[name] = value;

const before = process.memoryUsage();
const began = performance.now();
const { functions } = await loadApp(folder, () => {});
const sinceStart = performance.now();
const after = process.memoryUsage();
console.log(
  JSON.stringify({
    ms: sinceStart - began,
    sinceStart,
    heap: after.heapUsed - before.heapUsed,
    resident: after.rss - before.rss,
    functions: functions.size,
    modules: Object.keys(createRequire(import.meta.url).cache).length,
  }),
);
process.exit();
