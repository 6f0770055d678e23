import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { post, postPatiently } from '../category-functions/http-post.ts';
import type { Answer } from '../category-functions/http-post.ts';
import { SECOND } from '../time.ts';
import type { SplunkConfig } from './config.ts';
import type { SplunkEvent } from './event.ts';

const TIMEOUT = 30 * SECOND;

/** Milliseconds between tries at what is busy or away. */
export const WAITS: readonly number[] = [1, 2, 4, 8, 15].map((seconds) => seconds * SECOND);

/** Milliseconds between questions whether something is indexed. A minute in all; Splunk mostly takes a few seconds. */
export const ACKNOWLEDGEMENT_WAITS: readonly number[] = [0.5, 1, 2, 4, 8, 15, 30].map((s) => s * SECOND);

const UNNUMBERED =
  'Splunk has taken it, but gives no number to ask by whether it is indexed: enable the indexer acknowledgement of the token, or unset SLUICE_SPLUNK_ACKNOWLEDGE.';

const gzipped = promisify(gzip);

/** Events that are not in Splunk, and why. */
export interface Unsent {
  readonly events: readonly SplunkEvent[];
  readonly reason: string;
}

/** What Splunk has taken, with the number by which it may be asked for it. */
export interface Taken {
  readonly events: readonly SplunkEvent[];
  readonly ackId: number | undefined;
}

export interface Outcome {
  readonly taken: readonly Taken[];
  readonly unsent: readonly Unsent[];
}

export interface Collector {
  /** Sends a batch. Throws an Error where the collector is away, or busy at every try. */
  send(events: readonly SplunkEvent[], waits: readonly number[]): Promise<Outcome>;
  /** What of it is not known to be indexed within a minute. Nothing where no acknowledgement is asked for. */
  unacknowledged(taken: readonly Taken[]): Promise<readonly Unsent[]>;
}

/** Of what the collector answers. https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector */
interface Reply {
  readonly text?: string;
  readonly code?: number;
  readonly ackId?: number;
  /** Counts from 0. */
  readonly 'invalid-event-number'?: number;
  readonly acks?: Readonly<Record<string, boolean>>;
}

type Sleep = (milliseconds: number) => Promise<unknown>;

/** The HTTP Event Collector of a Splunk. */
export function splunkCollector(config: SplunkConfig, sleep: Sleep): Collector {
  const { url, token, acknowledge, checkCertificate } = config;
  const eventUrl = new URL('/services/collector/event', url);
  const ackUrl = new URL('/services/collector/ack', url);
  // Acknowledgements are numbered by channel.
  const channel = randomUUID();
  const headers = {
    authorization: `Splunk ${token}`,
    'content-type': 'application/json',
    ...(acknowledge && { 'x-splunk-request-channel': channel }),
  };
  const options = { timeout: TIMEOUT, checkCertificate };

  async function postEvents(events: readonly SplunkEvent[], waits: readonly number[]): Promise<Answer> {
    const body = await gzipped(Buffer.concat(events.map(({ bytes }) => bytes)));
    const packed = { ...options, headers: { ...headers, 'content-encoding': 'gzip' } };
    return postPatiently(() => post(eventUrl, body, packed), { waits, sleep });
  }

  async function send(events: readonly SplunkEvent[], waits: readonly number[]): Promise<Outcome> {
    if (events.length === 0) return { taken: [], unsent: [] };
    const answer = await postEvents(events, waits);
    const reply = replyIn(answer);
    if (answer.status === 200) return { taken: [{ events, ackId: reply.ackId }], unsent: [] };
    const reason = `Splunk answered ${answer.status}: ${reply.text ?? 'no reason'} (code ${reply.code ?? 'none'}).`;
    const parts = partsWithout(events, answer, reply);
    if (!parts) return { taken: [], unsent: [{ events, reason }] };
    const outcomes: Outcome[] = [{ taken: [], unsent: [{ events: parts.refused, reason }] }];
    for (const part of parts.rest) outcomes.push(await send(part, waits));
    return joined(outcomes);
  }

  async function indexed(ackIds: readonly number[]): Promise<ReadonlySet<number>> {
    const answer = await post(ackUrl, Buffer.from(JSON.stringify({ acks: ackIds })), { ...options, headers });
    const { acks = {} } = replyIn(answer);
    return new Set(ackIds.filter((id) => acks[String(id)] === true));
  }

  async function unacknowledged(taken: readonly Taken[]): Promise<readonly Unsent[]> {
    if (!acknowledge) return [];
    const unnumbered = taken.filter(({ ackId }) => ackId === undefined);
    let open = taken.filter(({ ackId }) => ackId !== undefined);
    let reason = 'Splunk has not acknowledged it within a minute; it may be there all the same.';
    for (const wait of ACKNOWLEDGEMENT_WAITS) {
      if (open.length === 0) break;
      await sleep(wait);
      const asked = open.flatMap(({ ackId }) => ackId ?? []);
      const found = await indexed(asked).catch((error: unknown) => {
        reason = `Splunk could not be asked whether it has it. ${String(error)}`;
        return new Set<number>();
      });
      open = open.filter(({ ackId }) => ackId !== undefined && !found.has(ackId));
    }
    return [
      ...unnumbered.map(({ events }) => ({ events, reason: UNNUMBERED })),
      ...open.map(({ events }) => ({ events, reason })),
    ];
  }

  return { send, unacknowledged };
}

/** What to do without the events that a batch was refused for; undefined where it was not for any of them. */
function partsWithout(events: readonly SplunkEvent[], { status }: Answer, reply: Reply) {
  const invalid = reply['invalid-event-number'];
  if (status === 400 && invalid !== undefined && events[invalid])
    // Whether those before it were taken depends on the version: twice is better than not at all.
    return { refused: [events[invalid]], rest: [events.slice(0, invalid), events.slice(invalid + 1)] };
  if (status !== 413 || events.length === 1) return undefined;
  const half = Math.ceil(events.length / 2);
  return { refused: [], rest: [events.slice(0, half), events.slice(half)] };
}

/** What stands between may answer in HTML. */
function replyIn({ text }: Answer): Reply {
  try {
    const reply: unknown = JSON.parse(text);
    return typeof reply === 'object' && reply !== null ? reply : {};
  } catch {
    return {};
  }
}

function joined(outcomes: readonly Outcome[]): Outcome {
  return {
    taken: outcomes.flatMap(({ taken }) => taken),
    unsent: outcomes.flatMap(({ unsent }) => unsent).filter(({ events }) => events.length > 0),
  };
}
