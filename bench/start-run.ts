import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadApp } from '../local/host/load-app.ts';

// One start of an app in a process of its own, where nothing is loaded yet: `start-run.ts <folder of the app> <local.settings.json>`.

const [folder = '', settings = ''] = parseArgs({ allowPositionals: true }).positionals;
const { Values: values } = JSON.parse(readFileSync(settings, 'utf8')) as { Values: Record<string, string> };
for (const [name, value] of Object.entries(values)) if (value) process.env[name] = value;

const before = process.memoryUsage();
const began = performance.now();
const { functions } = await loadApp(folder, () => {});
const ms = performance.now() - began;
const after = process.memoryUsage();
const heap = after.heapUsed - before.heapUsed;
console.log(JSON.stringify({ ms, heap, resident: after.rss - before.rss, functions: functions.size }));
process.exit();
