import { once } from 'node:events';
import { startAppHost } from '../local/app-host.ts';
import { startStack } from '../local/stack.ts';

// How long the app takes from the start of its process until its functions run, and until the first batch has been taken in: without
// telemetry and with it, in turn. `npm run cold-start -- 10` for ten rounds.

const ROUNDS = Number(process.argv[2] ?? 5);

/** Nobody listens there: what is sent is sent after the first batch. */
const TELEMETRY = {
  APPLICATIONINSIGHTS_CONNECTION_STRING:
    'InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://localhost:1/',
};

interface Figures {
  /** Milliseconds since the process was started. */
  readonly running: number;
  readonly firstBatch: number;
}

const stack = await startStack({ partitions: 1 });
await stack.host.kill();

async function measure(settings: Readonly<Record<string, string>>): Promise<Figures> {
  await stack.send([Buffer.from('{"records":[{"category":"A"}]}')]);
  const ended = new EventTarget();
  const began = performance.now();
  const host = await startAppHost({
    appFolder: `${import.meta.dirname}/..`,
    settings: { ...stack.settings, ...settings },
    onInvocation: ({ functionName }) => {
      if (functionName === 'ingest') ended.dispatchEvent(new Event('batch'));
    },
  });
  const running = performance.now() - began;
  await once(ended, 'batch');
  const firstBatch = performance.now() - began;
  await host.close();
  return { running, firstBatch };
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

function say(what: string, figures: readonly Figures[]): void {
  const running = Math.round(median(figures.map((one) => one.running)));
  const firstBatch = Math.round(median(figures.map((one) => one.firstBatch)));
  console.log(`${what.padEnd(18)} functions run after ${running} ms, first batch after ${firstBatch} ms`);
}

const [without, withTelemetry]: [Figures[], Figures[]] = [[], []];
for (let round = 0; round < ROUNDS; round++) {
  without.push(await measure({}));
  withTelemetry.push(await measure(TELEMETRY));
}
say('without telemetry', without);
say('with telemetry', withTelemetry);
await stack.close();
