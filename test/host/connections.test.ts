import { expect, test } from 'vitest';
import { checkpointContainer } from '../../local/host/connections.ts';

test.each([
  ['__blobServiceUri', 'https://sthost.blob.core.windows.net/'],
  ['__accountName', 'sthost'],
])("the host's own storage by an identity, with %s", (suffix, value) => {
  const container = checkpointContainer({
    [`AzureWebJobsStorage${suffix}`]: value,
    AzureWebJobsStorage__credential: 'managedidentity',
    AzureWebJobsStorage__clientId: '11111111-1111-1111-1111-111111111111',
  });

  expect(container.url).toBe('https://sthost.blob.core.windows.net/azure-webjobs-eventhub');
});
