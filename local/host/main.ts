import type { FromHost, ToHost } from './host-process.ts';
import { startHost } from './host.ts';
import type { FunctionsHost } from './host.ts';
import { watchVitals } from './vitals.ts';

// The entry point of `startHostProcess`: a host that is told what to do by messages, and ends with who started it.

let host: FunctionsHost | undefined;

process.on('message', (message: ToHost) => {
  handle(message).catch((error: unknown) => {
    process.exitCode = 1;
    send({ type: 'failed', message: describeFailure(error) }, () => process.disconnect());
  });
});
process.on('disconnect', () => process.exit());
// Ctrl+C reaches every process of a terminal; the one that started this one closes it in good order.
process.on('SIGINT', () => {});

async function handle(message: ToHost): Promise<void> {
  if (message.type === 'start') await start(message);
  else if (message.type === 'call') await answer(message);
  else await close();
}

async function start({ options, vitalsEveryMs }: ToHost & { type: 'start' }): Promise<void> {
  host = await startHost({
    ...options,
    log: (entry) => send({ type: 'log', entry }),
    onInvocation: (end) => send({ type: 'invocation', end }),
  });
  if (vitalsEveryMs !== undefined) watchVitals(vitalsEveryMs, (vitals) => send({ type: 'vitals', vitals }));
  send({ type: 'ready', functions: host.functions, http: host.http });
}

async function answer({ id, method, name }: ToHost & { type: 'call' }): Promise<void> {
  try {
    await host?.[method](name);
    send({ type: 'answer', id });
  } catch (error) {
    send({ type: 'answer', id, error: error instanceof Error ? error.message : String(error) });
  }
}

async function close(): Promise<void> {
  await host?.close();
  process.disconnect();
}

/** The message for a person, which holds what the cause says, and where in the app the cause comes from. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.cause instanceof Error ? (error.cause.stack ?? '') : '';
  return [error.message, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n');
}

function send(message: FromHost, sent = (): void => {}): void {
  process.send?.(message, sent);
}
