import { CredentialUnavailableError } from '@azure/identity';
import { MessagingError } from '@azure/event-hubs';
import { RestError } from '@azure/storage-blob';
import { expect, test } from 'vitest';
import { explain, sourceHubAttempt } from '../../cli/connection-failure.ts';
import type { Attempt } from '../../cli/connection-failure.ts';
import { storageRefused } from '../../shared/azure/storage-error.ts';
import type { Connection } from '../../shared/settings/connection.ts';

const IDENTITY: Connection = {
  kind: 'identity',
  setting: 'SourceHubConnection',
  endpoint: 'contoso.servicebus.windows.net',
  clientId: undefined,
};
const KEY: Connection = {
  kind: 'connection-string',
  setting: 'SourceHubConnection',
  connectionString:
    'Endpoint=sb://contoso.servicebus.windows.net;SharedAccessKeyName=a;SharedAccessKey=secret',
};

function blobs(connection: Connection): Attempt {
  return { connection, service: 'blobs', thing: 'container archive', right: 'blobs/write' };
}

/** As the SDK makes it of what the hub says. */
function hubError(code: string, message: string): MessagingError {
  return Object.assign(new MessagingError(message), { code });
}

function storageError(statusCode: number, code: string, message = ''): RestError {
  return new RestError(message, { statusCode, code });
}

const UNAUTHORIZED =
  "Unauthorized access. 'Listen' claim(s) are required to perform this operation. Resource: 'sb://contoso.servicebus.windows.net/logs'. TrackingId:1_G2, SystemTracker:gateway5";

// The texts of errors that no emulator has are Azure's own.
test.each([
  ['missing-role', hubError('UnauthorizedError', UNAUTHORIZED), IDENTITY],
  ['missing-role', hubError('UnauthorizedError', UNAUTHORIZED), KEY],
  ['wrong-key', hubError('UnauthorizedError', 'InvalidSignature: The token has an invalid signature.'), KEY],
  ['keys-off', hubError('UnauthorizedError', 'LocalAuthDisabled: Authorization failed. TrackingId:1'), KEY],
  [
    'firewall',
    hubError('UnauthorizedError', 'Ip has been prevented to connect to the endpoint. TrackingId:1'),
    IDENTITY,
  ],
  ['unreachable', hubError('ENOTFOUND', 'getaddrinfo ENOTFOUND contoso.servicebus.windows.net'), IDENTITY],
  ['no-answer', hubError('OperationTimeoutError', 'The request timed out.'), KEY],
  ['busy', hubError('ServerBusyError', 'Throttled.'), KEY],
  ['no-identity', new CredentialUnavailableError('Please run az login.'), IDENTITY],
  ['other', new Error('Something else'), KEY],
])('%s: of a hub', (kind, error, connection) => {
  const failure = explain(error, sourceHubAttempt(connection, 'logs', 'Listen'));

  expect(failure.kind).toBe(kind);
  expect(failure.problem).not.toMatch(/TrackingId|secret/);
});

test.each([
  ['missing-role', storageError(403, 'AuthorizationPermissionMismatch'), IDENTITY],
  ['missing-role', storageError(401, 'InvalidAuthenticationInfo'), IDENTITY],
  ['wrong-key', storageError(403, 'AuthenticationFailed'), KEY],
  ['firewall', storageError(403, 'AuthorizationFailure', 'This request is not authorized.'), KEY],
  ['firewall', storageError(403, 'AuthorizationFailure'), IDENTITY],
  ['keys-off', storageError(403, 'KeyBasedAuthenticationNotPermitted'), KEY],
  ['protected', storageError(409, 'BlobImmutableDueToLegalHold'), KEY],
  ['busy', storageError(503, 'ServerBusy'), KEY],
  ['unreachable', new RestError('connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' }), KEY],
])('%s: of storage', (kind, error, connection) => {
  expect(explain(error, blobs(connection)).kind).toBe(kind);
});

test('a role is named with what it is for, and a managed identity with where it is known', () => {
  const attempt = sourceHubAttempt(IDENTITY, 'logs', 'Listen');
  const unauthorized = hubError('UnauthorizedError', UNAUTHORIZED);
  const unavailable = new CredentialUnavailableError('Managed identity is not available.');
  const ofUser = { ...attempt, connection: { ...IDENTITY, clientId: '1234' } };

  expect(explain(unauthorized, attempt)).toMatchObject({
    problem: expect.stringMatching(
      /^The identity behind SourceHubConnection may not do this to the hub logs \(/,
    ) as string,
    remedy:
      'Give it the role Azure Event Hubs Data Receiver on the hub logs. A role that is new takes some minutes to work.',
  });
  expect(explain(unavailable, ofUser).remedy).toContain('run this without SourceHubConnection__clientId');
});

test('an error that others have wrapped is explained by what it was at first', () => {
  const first = storageError(403, 'AuthorizationPermissionMismatch');
  const wrapped = storageRefused('Writing', first);
  const retried = new AggregateError([new Error('busy'), hubError('ECONNREFUSED', 'connect ECONNREFUSED')]);

  expect(explain(wrapped, blobs(IDENTITY)).kind).toBe('missing-role');
  expect(explain(retried, sourceHubAttempt(KEY, 'logs', 'Send')).kind).toBe('unreachable');
});
