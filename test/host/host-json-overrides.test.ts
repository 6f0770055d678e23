import { expect, test } from 'vitest';
import { withOverrides } from '../../local/host/host-json-overrides.ts';
import { parseEventHubs } from '../../local/host/host-json.ts';

const HOST_JSON = {
  version: '2.0',
  extensions: { eventHubs: { minEventBatchSize: 50, prefetchCount: 600 } },
};

test('app settings take the place of host.json, whatever their case', () => {
  const settings = {
    AzureFunctionsJobHost__extensions__eventHubs__minEventBatchSize: '1',
    'AZUREFUNCTIONSJOBHOST:EXTENSIONS:EVENTHUBS:ENABLECHECKPOINTING': 'False',
    AzureFunctionsJobHost__extensions__eventHubs__initialOffsetOptions__type: 'fromEnd',
  };

  expect(withOverrides(HOST_JSON, settings)).toEqual({
    version: '2.0',
    extensions: {
      eventHubs: {
        minEventBatchSize: 1,
        prefetchCount: 600,
        ENABLECHECKPOINTING: false,
        initialOffsetOptions: { type: 'fromEnd' },
      },
    },
  });
  expect(HOST_JSON.extensions.eventHubs.minEventBatchSize).toBe(50);
});

test('a section that host.json does not have is begun', () => {
  const settings = { AzureFunctionsJobHost__extensions__eventHubs__maxWaitTime: '00:00:01' };

  expect(withOverrides({ version: '2.0' }, settings)).toEqual({
    version: '2.0',
    extensions: { eventHubs: { maxWaitTime: '00:00:01' } },
  });
});

test('other settings leave host.json as it is', () => {
  const settings = { SLUICE_SOURCE_HUBS: 'logs', AzureFunctionsJobHost__gone: undefined };

  expect(withOverrides(HOST_JSON, settings)).toEqual(HOST_JSON);
});

test("options are found in any case, as by Azure's configuration", () => {
  expect(parseEventHubs({ MAXEVENTBATCHSIZE: 7 })).toMatchObject({
    eventHubs: { maxEventBatchSize: 7 },
    remarks: [],
  });
});
