import type { RaisedAlert } from './alert.ts';
import { SluiceError } from '../errors.ts';
import { post, postPatiently } from './http-post.ts';
import type { Answer } from './http-post.ts';
import { SECOND } from '../time.ts';

const TIMEOUT = 10 * SECOND;
const WAITS = [1 * SECOND, 4 * SECOND];

/** Tells somebody of an alert; throws an Error where that cannot be done. */
export type Webhook = (alert: RaisedAlert) => Promise<void>;

/** Posts alerts as JSON. Whoever gets them may get one twice, and knows it by its `id`. The address may hold a secret, and no error names it. */
export function webhookTo(address: string, sleep: (milliseconds: number) => Promise<unknown>): Webhook {
  const url = new URL(address);
  const headers = { 'content-type': 'application/json' };

  return async function tell(alert) {
    const body = Buffer.from(JSON.stringify(alert));
    const send = () => post(url, body, { headers, timeout: TIMEOUT });
    const { status } = await postPatiently(send, { waits: WAITS, sleep }).catch(refuse);
    if (status < 200 || status > 299) refuse(new Error(`It answered ${status}.`));
  };
}

function refuse(error: Error): Answer {
  const message = `The webhook for alerts did not accept one. ${error.message} Check SLUICE_ALERT_WEBHOOK.`;
  throw new SluiceError('webhook-refused', message, { cause: error, retriable: true });
}
