import { app } from '@azure/functions';
import type { FixedDelayRetryOptions, InvocationContext } from '@azure/functions';

const common = { connection: 'HubConnection', cardinality: 'many', consumerGroup: '%GROUP%' } as const;

function retry(maxRetryCount: number): FixedDelayRetryOptions {
  return { strategy: 'fixedDelay', delayInterval: { seconds: 0 }, maxRetryCount };
}

/** Logs what it is handed, and fails as a body tells it to. */
async function record(messages: unknown, context: InvocationContext): Promise<void> {
  const { triggerMetadata, retryContext } = context;
  context.log(JSON.stringify({ messages, triggerMetadata, retryContext }));
  const bodies = Array.isArray(messages) ? messages.map(String) : [];
  if (bodies.includes('fail')) throw new Error('told to fail');
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what happens then is what is tried
  if (bodies.includes('reject with nothing')) await Promise.reject();
}

/** Logs bytes as hexadecimal digits, to show that they are the very same. */
async function recordBytes(messages: unknown, context: InvocationContext): Promise<void> {
  const bodies = Array.isArray(messages) ? messages : [];
  await record(
    bodies.map((body: unknown) => (Buffer.isBuffer(body) ? body.toString('hex') : typeof body)),
    context,
  );
}

async function wait(messages: unknown, context: InvocationContext): Promise<void> {
  await record(messages, context);
  await fetch(process.env['GATE'] ?? '');
  context.log('done');
}

const binary = { ...common, eventHubName: '%BINARY_HUB%', dataType: 'binary', handler: recordBytes };
app.eventHub('binary', binary);
app.eventHub('text', { ...common, eventHubName: 'text', handler: record });
app.eventHub('single', { ...common, cardinality: 'one', eventHubName: 'single', handler: record });
app.eventHub('retried', { ...common, eventHubName: 'retried', retry: retry(2), handler: record });
app.eventHub('stuck', { ...common, eventHubName: 'stuck', retry: retry(-1), handler: record });
app.eventHub('slow', { ...common, eventHubName: 'slow', handler: wait });
app.eventHub('off', { ...common, eventHubName: 'text', handler: record });
