import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { readPage } from '../../shared/report/page.ts';
import type { Report } from '../../shared/report/report.ts';
import { samplePageReport } from '../support/page-report.ts';

export interface PageServer {
  readonly url: string;
  /** What is answered from now on: a report, or a status that is none. */
  answer: Report | number;
  /** Addresses at which data was asked for, in order, with the key that came along. */
  readonly asked: { readonly path: string; readonly key: string | undefined }[];
}

/** Serves the page as it was built, with data of the test's own. */
export async function servePage(answer: PageServer['answer'] = samplePageReport()): Promise<PageServer> {
  const served: PageServer = { url: '', answer, asked: [] };
  const server = createServer(({ url = '', headers }, response) => {
    if (!url.startsWith('/api/report.json')) {
      const { html, contentSecurityPolicy } = readPage();
      response
        .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': contentSecurityPolicy })
        .end(html);
      return;
    }
    const key = headers['x-functions-key'];
    served.asked.push({ path: url, key: key === undefined ? undefined : String(key) });
    if (typeof served.answer === 'number') response.writeHead(served.answer).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(served.answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(served, { url: `http://127.0.0.1:${port}/api/report?code=a-key` });
}
