import { gunzipSync } from 'node:zlib';
import { HttpRequest, InvocationContext } from '@azure/functions';
import type { HttpFunctionOptions, HttpResponseInit } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { reportHttp } from '../../shared/azure/report-http.ts';
import type { ReportAccess } from '../../shared/settings/config.ts';
import { samplePageReport } from '../support/page-report.ts';

const SIGNED_IN = { 'x-ms-client-principal': 'eyJhdXRoX3R5cCI6ImFhZCJ9' };

function functions(access: ReportAccess = 'key') {
  return reportHttp({
    access,
    reports: async () => new Map([15, 60, 360].map((minutes) => [minutes, report])),
  });
}

function report() {
  return Promise.resolve(samplePageReport());
}

async function call({ handler }: HttpFunctionOptions, query = {}, headers = {}): Promise<HttpResponseInit> {
  const url = `https://contoso.azurewebsites.net/api/report?${new URLSearchParams(query).toString()}`;
  const request = new HttpRequest({ method: 'GET', url, headers });
  return handler(request, new InvocationContext());
}

test('with a key, the platform asks for it; with sign-in, the function asks who has signed in', () => {
  expect(functions('key')).toMatchObject({
    page: { authLevel: 'function' },
    data: { authLevel: 'function' },
  });
  expect(functions('sign-in')).toMatchObject({
    page: { authLevel: 'anonymous' },
    data: { authLevel: 'anonymous' },
  });
});

test.each(['page', 'data'] as const)('nobody who has not signed in gets the %s', async (name) => {
  const { [name]: options } = functions('sign-in');

  const [stranger, known] = [await call(options), await call(options, {}, SIGNED_IN)];

  expect([stranger.status, stranger.body]).toEqual([401, undefined]);
  expect(known.status ?? 200).toBe(200);
});

describe('the page', () => {
  test('may run what it was built with, ask its own server, and nothing else', async () => {
    const { headers = {}, body } = await call(functions().page);

    const policy = new Headers(headers).get('content-security-policy') ?? '';
    expect(policy.replaceAll(/'sha256-[\w+/=]{44}'/g, 'HASH').split('; ')).toEqual([
      "default-src 'none'",
      'script-src HASH',
      'style-src HASH',
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(body).not.toMatch(/\son\w+=|(?:src|href)="https?:/);
  });

  test('packed for those who can unpack it', async () => {
    const [plain, packed] = [
      await call(functions().page),
      await call(functions().page, {}, { 'accept-encoding': 'gzip, br' }),
    ];

    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(packed.body as Buffer).toString()).toBe(plain.body);
  });
});

describe('the data', () => {
  test.each([{}, { minutes: '15' }, { minutes: '360' }])(
    'of the window that is asked for: %o',
    async (query) => {
      const { headers, body } = await call(functions().data, query);

      expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
      expect(JSON.parse(body as string)).toEqual(samplePageReport());
    },
  );

  test.each(['1', '100000', 'all'])('of no other window, as %s minutes', async (minutes) => {
    const answer = await call(functions().data, { minutes });

    expect(answer).toMatchObject({ status: 400, jsonBody: { error: 'minutes: expected 15, 60, 360.' } });
  });
});
