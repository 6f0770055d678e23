import { app } from '@azure/functions';

app.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } });
app.hook.preInvocation((context) => {
  context.hookData['before'] = 'seen';
  const { functionHandler } = context;
  context.functionHandler = async (...inputs) => `wrapped ${String(await functionHandler(...inputs))}`;
});
app.hook.postInvocation((context) => {
  context.invocationContext.log(`after: ${String(context.hookData['before'])}, ${String(context.result)}`);
  if (context.error instanceof Error && context.error.message === 'mend me') context.error = undefined;
});
app.hook.log((context) => {
  context.message = `[hook] ${context.message}`;
});

app.timer('tick', { schedule: '0 0 3 * * *', handler: (_timer, context) => context.functionName });
app.timer('mended', {
  schedule: '0 0 3 * * *',
  handler: () => {
    throw new Error('mend me');
  },
});
app.http('report', { methods: ['GET'], authLevel: 'anonymous', handler: () => ({ status: 200 }) });
app.storageQueue('queued', { connection: 'Storage', queueName: 'q', handler: () => {} });
