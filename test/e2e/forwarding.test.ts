import { expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { split } from '../../shared/take-apart/split.ts';
import { startHttpSite } from '../support/http-site.ts';
import type { Received } from '../support/http-site.ts';
import { envelopeOf, recordOf } from '../support/messages.ts';
import { drained, readComplete, sendTo, startApp, startSite } from '../support/site.ts';

function eventsIn({ body }: Received): string[] {
  const members = split(gunzipSync(body));
  return 'reason' in members
    ? []
    : members.map(({ bytes }) =>
        bytes
          .toString()
          .replace(/^.*?"event":/, '')
          .slice(0, -1),
      );
}

test('with its settings the app forwards what was asked for to Splunk, and what that refuses is a dead letter', async () => {
  const accepted: string[] = [];
  const splunk = await startHttpSite((request) => {
    const events = eventsIn(request);
    const invalid = events.findIndex((event) => event.includes('unwelcome'));
    if (invalid === -1) accepted.push(...events);
    return invalid === -1
      ? { body: '{"text":"Success","code":0}' }
      : { status: 400, body: `{"text":"Invalid data format","code":6,"invalid-event-number":${invalid}}` };
  });
  const site = await startSite();
  const forwarding = {
    SLUICE_SPLUNK_URL: splunk.url,
    SLUICE_SPLUNK_TOKEN: 's3cret',
    SLUICE_SPLUNK_CATEGORIES: 'unknown/Wanted',
  };
  await startApp({ settings: { ...site.settings, ...forwarding } });
  const wanted = ['first', 'unwelcome', 'third'].map((name) =>
    recordOf('Wanted', { name, ReportId: '639199803770463703' }),
  );

  await sendTo(site, '0', [envelopeOf(...wanted, recordOf('Unwanted'))]);
  await drained(site);

  expect(accepted).toEqual([wanted[0], wanted[2]]);
  const { deadLetters } = await readComplete(site);
  expect(deadLetters).toMatchObject([
    {
      reason: 'handler-failed',
      handler: 'splunk',
      detail: 'Splunk answered 400: Invalid data format (code 6).',
    },
  ]);
  expect(deadLetters.map(({ bytes }) => bytes.toString())).toEqual([wanted[1]]);
});
