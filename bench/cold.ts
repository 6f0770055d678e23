import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { startAppHost } from '../local/app-host.ts';
import { startStack } from '../local/stack.ts';
import type { Stack } from '../local/stack.ts';
import { median } from '../shared/capacity/trend.ts';
import { ratiosByRound } from './interleave.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RUN = fileURLToPath(new URL('start-run.ts', import.meta.url));

/** Nobody listens there: what is sent is sent after the first batch. */
const TELEMETRY = {
  APPLICATIONINSIGHTS_CONNECTION_STRING:
    'InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://localhost:1/',
};

interface ColdStart {
  /** Milliseconds from the start of a process to its last function registered. */
  readonly registered: number;
  /** Modules that are no part of Node. */
  readonly modules: number;
  /** Milliseconds from the start of the host's process to the end of the first batch, with a stack to read from and to write to. */
  readonly firstBatch: number;
}

interface Measured extends ColdStart {
  readonly app: string;
  /** What registering takes as a multiple of what it takes the empty app, round by round. */
  readonly timesEmpty: number;
}

interface App {
  readonly app: string;
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Medians of starts in turn, each in a process of its own: of an app that only imports `@azure/functions`, and of Sluice. */
export async function measureColdStarts(rounds: number): Promise<Measured[]> {
  const apps: App[] = [
    { app: 'an empty app', folder: emptyApp(), settings: {} },
    { app: 'Sluice', folder: ROOT, settings: {} },
    { app: 'Sluice, with telemetry', folder: ROOT, settings: TELEMETRY },
  ];
  const starts = apps.map((): ColdStart[] => []);
  const stack = await startStack({ partitions: 1 });
  await stack.host.kill();
  try {
    for (let round = 0; round < rounds; round++) {
      // Side by side, so that the machine is the same to all of them.
      const registered = apps.map((app) => ({ app, ...register(app, stack) }));
      for (const [i, { app, ...start }] of registered.entries())
        starts[i]?.push({ ...start, firstBatch: await takeFirstBatch(app, stack) });
    }
  } finally {
    await stack.close();
  }
  const registered = starts.map((ofApp) => ofApp.map((start) => start.registered));
  const [empty = []] = registered;
  return apps.map(({ app }, i) => {
    const timesEmpty = median(ratiosByRound(registered[i] ?? [], empty));
    return { app, ...medians(starts[i] ?? []), timesEmpty };
  });
}

export function coldTable(measured: readonly Measured[]): string {
  const table = new Table({
    head: ['app', 'modules', 'to functions registered, ms', 'times the empty app', 'to first batch, ms'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { app, modules, registered, timesEmpty, firstBatch } of measured)
    table.push([app, modules, registered.toFixed(0), timesEmpty.toFixed(2), firstBatch.toFixed(0)]);
  return table.toString();
}

/** One function, as anybody writes it. */
function emptyApp(): string {
  const folder = path.join(ROOT, '.sluice', 'empty-app');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ main: 'main.cjs' }));
  writeFileSync(path.join(folder, 'host.json'), JSON.stringify({ version: '2.0' }));
  writeFileSync(
    path.join(folder, 'main.cjs'),
    `const { app } = require('@azure/functions');
app.eventHub('ingest', {
  connection: 'SourceHubConnection',
  eventHubName: 'logs',
  cardinality: 'many',
  handler: async () => {},
});
`,
  );
  return folder;
}

function register({ folder, settings }: App, stack: Stack): Pick<ColdStart, 'registered' | 'modules'> {
  const values = JSON.stringify({ Values: { ...stack.settings, ...settings } });
  const out = execFileSync(process.execPath, [RUN, folder], { encoding: 'utf8', input: values });
  const { sinceStart, modules } = JSON.parse(out) as { sinceStart: number; modules: number };
  return { registered: sinceStart, modules };
}

async function takeFirstBatch({ folder, settings }: App, stack: Stack): Promise<number> {
  await stack.send([Buffer.from('{"records":[{"category":"A"}]}')]);
  const ended = new EventTarget();
  const began = performance.now();
  const host = await startAppHost({
    appFolder: folder,
    settings: { ...stack.settings, ...settings },
    onInvocation: ({ functionName }) => {
      if (functionName.startsWith('ingest')) ended.dispatchEvent(new Event('batch'));
    },
  });
  await once(ended, 'batch');
  const ms = performance.now() - began;
  await host.close();
  return ms;
}

function medians(starts: readonly ColdStart[]): ColdStart {
  const of = (figure: keyof ColdStart) => median(starts.map((start) => start[figure]));
  return { registered: of('registered'), modules: of('modules'), firstBatch: of('firstBatch') };
}
