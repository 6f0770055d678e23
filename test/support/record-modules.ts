import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { registerHooks } from 'node:module';

// For `--import`: notes the address of every module that the process loads, and every host that it makes HTTP requests to.
const file = process.env['RECORD_MODULES'] ?? '';

registerHooks({
  load(url, context, next) {
    appendFileSync(file, `${url}\n`);
    return next(url, context);
  },
});

subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest };
  appendFileSync(file, `request to ${request.host}\n`);
});
