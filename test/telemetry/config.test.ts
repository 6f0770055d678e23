import { describe, expect, test } from 'vitest';
import { readTelemetry } from '../../shared/telemetry/config.ts';
import type { Environment, Problems } from '../../shared/settings/settings.ts';

const CONNECTION =
  'InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/';

function read(env: Environment) {
  const problems: Problems = [];
  return { telemetry: readTelemetry(env, problems), problems };
}

describe('where telemetry goes', () => {
  test.each([{}, { APPLICATIONINSIGHTS_CONNECTION_STRING: '  ' }])('nowhere: %j', (env) => {
    expect(read(env)).toEqual({ telemetry: undefined, problems: [] });
  });

  test.each([
    [undefined, undefined],
    ['Authorization=AAD', { clientId: undefined }],
    ['Authorization=AAD;ClientId=an-id', { clientId: 'an-id' }],
    ['ClientId=an-id;authorization=aad', { clientId: 'an-id' }],
  ])('as whom: %j', (authentication, identity) => {
    const env = {
      APPLICATIONINSIGHTS_CONNECTION_STRING: CONNECTION,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: authentication,
      WEBSITE_SITE_NAME: 'contoso-sluice',
    };

    const telemetry = { connectionString: CONNECTION, identity, role: 'contoso-sluice' };
    expect(read(env)).toEqual({ telemetry, problems: [] });
  });

  test('what is wrong is said of both', () => {
    const { problems } = read({
      APPLICATIONINSIGHTS_CONNECTION_STRING: 'https://westeurope-5.in.applicationinsights.azure.com/',
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=an-id',
    });

    expect(problems).toEqual([
      'APPLICATIONINSIGHTS_CONNECTION_STRING is no connection string: it has no "InstrumentationKey=" with a GUID in lower case.',
      'APPLICATIONINSIGHTS_AUTHENTICATION_STRING is "ClientId=an-id": expected "Authorization=AAD", and ";ClientId=..." for a user-assigned identity.',
    ]);
  });
});
