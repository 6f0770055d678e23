import { expect, onTestFinished, test } from 'vitest';
import { startStack } from '../../local/stack.ts';
import { validRecord, recordOf, envelopeOf } from '../support/messages.ts';
import { readHub } from '../../cli/read-back/read-hub.ts';

test('several source hubs, a records hub for a source, and one for the rest', async () => {
  const stack = await startStack({
    sourceHubs: ['azure', 'identity'],
    recordsHubs: ['entra', 'rest'],
    partitions: 1,
    settings: { SLUICE_RECORDS_HUB: '{source}', SLUICE_RECORDS_FALLBACK_HUB: 'rest' },
  });
  onTestFinished(stack.close);
  const signIn = validRecord('entra', 'SignInLogs');
  const other = recordOf('Other');

  await stack.send([Buffer.from(envelopeOf(signIn, other))], { hub: 'azure' });
  await stack.send([Buffer.from(other), Buffer.from(signIn)], { hub: 'identity' });
  await stack.drain();

  expect(stack.host.functions.map(({ name }) => name)).toEqual([
    'capacity',
    'catch_up',
    'forget',
    'health',
    'health_details',
    'ingest_azure',
    'ingest_identity',
    'records_entra',
    'records_rest',
    'report',
    'report_data',
    'retention',
    'settle',
  ]);
  expect(await bodiesOn('entra')).toEqual([envelopeOf(signIn), envelopeOf(signIn)]);
  expect(await bodiesOn('rest')).toEqual([envelopeOf(other), envelopeOf(other)]);

  async function bodiesOn(hub: string): Promise<string[]> {
    const bodies: string[] = [];
    await readHub(stack.hubs.connectionString, hub, async ({ body }) => {
      bodies.push(body.toString());
    });
    return bodies;
  }
});
