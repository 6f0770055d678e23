import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { MINUTE, SECOND } from '../time.ts';

export interface Answer {
  readonly status: number;
  /** What the server asks to be waited for, in milliseconds. */
  readonly retryAfter: number | undefined;
  readonly text: string;
}

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for the whole exchange. */
  readonly timeout: number;
  /** False takes any certificate. */
  readonly checkCertificate?: boolean;
}

/**
 * Posts, and answers whatever the server says; redirects are not followed. Throws an Error where there is no answer, which names the host
 * at most: the address may hold a secret.
 */
export async function post(url: URL, body: Buffer, options: PostOptions): Promise<Answer> {
  const { headers, timeout, checkCertificate = true } = options;
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const signal = AbortSignal.timeout(timeout);
  const request = url.protocol === 'https:' ? https.request : http.request;
  request(
    url,
    {
      method: 'POST',
      headers: { ...headers, 'content-length': String(body.length) },
      signal,
      rejectUnauthorized: checkCertificate,
    },
    resolve,
  )
    .once('error', reject)
    .end(body);
  try {
    const response = await promise;
    return {
      status: response.statusCode ?? 0,
      retryAfter: secondsIn(response.headers['retry-after']),
      text: await text(response),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const why = signal.aborted ? ` within ${timeout / SECOND} seconds.` : `: ${reason}`;
    throw new Error(`No answer from ${url.host}${why}`, { cause: error });
  }
}

function secondsIn(header: string | undefined): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * SECOND : undefined;
}

/** What a server says that may take it later. */
const LATER = new Set([408, 429, 500, 502, 503, 504]);

const LONGEST_WAIT = MINUTE;

export interface Patience {
  /** Milliseconds between the tries; there is one try more. */
  readonly waits: readonly number[];
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Tries until the server takes it, or refuses it for good. Throws an Error where it does neither at the last try. */
export async function postPatiently(
  send: () => Promise<Answer>,
  { waits, sleep }: Patience,
): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    const answer = await send().catch((error: unknown) => error as Error);
    if (!(answer instanceof Error) && !LATER.has(answer.status)) return answer;
    const wait = waits[tries];
    if (wait === undefined)
      throw answer instanceof Error ? answer : new Error(`It answered ${answer.status} at every try.`);
    const asked = answer instanceof Error ? 0 : (answer.retryAfter ?? 0);
    await sleep(Math.min(Math.max(wait, asked), LONGEST_WAIT));
  }
}
