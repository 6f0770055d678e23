import { expect, test } from 'vitest';
import { startHostProcess } from '../../local/host/host-process.ts';
import { APP } from '../support/site.ts';

test('an app with bad settings does not start, and says everything that is wrong', async () => {
  const settings = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    ArchiveStorage: 'UseDevelopmentStorage=true',
    SLUICE_SOURCE_HUBS: 'logs',
    SLUICE_RETENTION_DAYS: 'long',
    SLUICE_COMPRESSION: 'zip',
  };

  const starting = startHostProcess({ appFolder: APP, settings });

  const failure: unknown = await starting.then(
    () => undefined,
    (error: unknown) => error,
  );
  const lines = failure instanceof Error ? failure.message.split('\n') : [];
  expect(lines.filter((line) => line.startsWith('  - '))).toEqual([
    expect.stringMatching(/LedgerStorage is missing/),
    expect.stringMatching(/SourceHubConnection is missing/),
    expect.stringMatching(/RecordsHubConnection is missing/),
    expect.stringMatching(/SLUICE_RETENTION_DAYS is "long": expected days/),
    expect.stringMatching(/SLUICE_COMPRESSION is "zip": expected gzip or zstd or none/),
  ]);
});
