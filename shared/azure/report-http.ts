import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpFunctionOptions, HttpRequest, HttpResponseInit } from '@azure/functions';
import type { ReportAccess } from '../settings/config.ts';
import { readPage } from '../report/page.ts';
import { DEFAULT_WINDOW, WINDOWS } from '../report/read-report.ts';
import type { Report } from '../report/report.ts';

const pack = promisify(gzip);

export interface ReportHttpOptions {
  readonly access: ReportAccess;
  /** By the length of the window in minutes. */
  readonly reports: () => Promise<ReadonlyMap<number, () => Promise<Report>>>;
}

/** For all that is answered: it is kept nowhere, taken for nothing else, and tells no other site where it was. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** The page, and the data behind it. */
export function reportHttp({
  access,
  reports,
}: ReportHttpOptions): Readonly<Record<'page' | 'data', HttpFunctionOptions>> {
  const authLevel = access === 'key' ? 'function' : 'anonymous';
  const guarded =
    (respond: (request: HttpRequest) => Promise<HttpResponseInit>): HttpFunctionOptions['handler'] =>
    (request) =>
      access === 'sign-in' && !isSignedIn(request) ? { status: 401, headers: HEADERS } : respond(request);

  return {
    page: {
      authLevel,
      handler: guarded((request) => {
        const { html, contentSecurityPolicy } = readPage();
        const headers = {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': contentSecurityPolicy,
        };
        return packed(request, html, headers);
      }),
    },
    data: {
      authLevel,
      handler: guarded(async (request) => {
        const ofWindow = await reports();
        const report = ofWindow.get(Number(request.query.get('minutes') ?? DEFAULT_WINDOW));
        if (!report) return badWindow();
        const headers = {
          'content-type': 'application/json',
          'content-security-policy': "default-src 'none'",
        };
        return packed(request, JSON.stringify(await report()), headers);
      }),
    },
  };
}

/** The platform's sign-in sets it, and takes it from nobody else; `config.ts` sees to it that the sign-in is on. */
function isSignedIn({ headers }: HttpRequest): boolean {
  return Boolean(headers.get('x-ms-client-principal'));
}

function badWindow(): HttpResponseInit {
  return { status: 400, headers: HEADERS, jsonBody: { error: `minutes: expected ${WINDOWS.join(', ')}.` } };
}

/** Functions packs nothing itself, and the page is a quarter of its size in gzip. */
async function packed(
  { headers }: HttpRequest,
  text: string,
  own: Readonly<Record<string, string>>,
): Promise<HttpResponseInit> {
  const shared = { ...HEADERS, ...own, vary: 'accept-encoding' };
  if (!/\bgzip\b/.test(headers.get('accept-encoding') ?? '')) return { headers: shared, body: text };
  return { headers: { ...shared, 'content-encoding': 'gzip' }, body: await pack(text) };
}
