import { app } from '@azure/functions';
import type { HttpResponseInit } from '@azure/functions';

/** What the library's types do not allow, and plain JavaScript does. */
const nothing = undefined as unknown as HttpResponseInit;

/** Answers with what it was handed. */
app.http('echo', {
  methods: ['GET', 'POST'],
  route: 'echo/{name}/{number:int?}',
  authLevel: 'anonymous',
  handler: async (request) => ({
    status: 201,
    headers: { 'x-told': 'yes' },
    cookies: [{ name: 'a', value: 'b c', path: '/', maxAge: 60, httpOnly: true, sameSite: 'Strict' }],
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      query: Object.fromEntries(request.query),
      header: request.headers.get('x-ask'),
      body: Buffer.from(await request.arrayBuffer()).toString('hex'),
    },
  }),
});
app.http('known', {
  route: 'echo/known',
  authLevel: 'anonymous',
  methods: ['GET'],
  handler: () => ({ body: 'known' }),
});
app.http('rest', {
  route: 'files/{*path}',
  authLevel: 'anonymous',
  methods: ['GET'],
  handler: ({ params }) => ({ jsonBody: params }),
});
app.http('kept', { authLevel: 'function', methods: ['GET'], handler: () => ({ body: 'kept' }) });
app.http('master', { authLevel: 'admin', methods: ['GET'], handler: () => ({ body: 'master' }) });
app.http('silent', { authLevel: 'anonymous', methods: ['DELETE'], handler: () => nothing });
app.http('bytes', {
  authLevel: 'anonymous',
  methods: ['GET'],
  handler: () => ({
    body: Buffer.from([0, 255, 10]),
    headers: { 'content-type': 'application/octet-stream' },
  }),
});
app.http('broken', {
  authLevel: 'anonymous',
  methods: ['GET'],
  handler: () => {
    throw new Error('a secret of the app');
  },
});
app.http('slow', {
  authLevel: 'anonymous',
  methods: ['GET'],
  handler: async (_request, context) => {
    context.log('{"begun":true}');
    await fetch(process.env['GATE'] ?? '');
    return { body: 'done' };
  },
});
