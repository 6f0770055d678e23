import { storageFailure } from '../shared/azure/storage-error.ts';
import type { StorageFailure } from '../shared/azure/storage-error.ts';
import { endpointSettingOf, hostOf } from '../shared/settings/connection.ts';
import type { Connection, Service } from '../shared/settings/connection.ts';

/** Why a service did not do what was asked of it. */
export type FailureKind =
  | 'wrong-hub'
  | 'missing-consumer-group'
  | 'wrong-key'
  | 'keys-off'
  | 'missing-role'
  | 'no-identity'
  | 'firewall'
  | 'unreachable'
  | 'no-answer'
  | 'missing-container'
  | 'missing-table'
  | 'protected'
  | 'busy'
  | 'other';

export interface Failure {
  readonly kind: FailureKind;
  /** What is wrong, in a sentence. */
  readonly problem: string;
  /** What a person can do about it; empty where nobody knows. */
  readonly remedy: string;
}

/** What was asked of a service, in the words that a remedy needs. */
export interface Attempt {
  readonly connection: Connection;
  readonly service: Service;
  /** `hub logs`, `container archive`, `table ledger` */
  readonly thing: string;
  /** The setting that names it, where there is one. */
  readonly namedBy?: string;
  /** Where it is this that may be missing. */
  readonly consumerGroup?: string;
  /** What lets an identity do it. */
  readonly right: string;
  /** What lets a shared access policy do it. */
  readonly claim?: Claim;
}

type Claim = 'Listen' | 'Send';

export function sourceHubAttempt(connection: Connection, hub: string, claim: Claim): Attempt {
  return { ...hubAttempt(connection, hub, claim), namedBy: 'SLUICE_SOURCE_HUBS' };
}

export function recordsHubAttempt(connection: Connection, hub: string, claim: Claim): Attempt {
  return { ...hubAttempt(connection, hub, claim), namedBy: 'SLUICE_RECORDS_HUB or SLUICE_RECORDS_HUBS' };
}

function hubAttempt(connection: Connection, hub: string, claim: Claim): Attempt {
  const role = claim === 'Listen' ? 'Azure Event Hubs Data Receiver' : 'Azure Event Hubs Data Sender';
  return { connection, service: 'event-hubs', thing: `hub ${hub}`, right: `the role ${role}`, claim };
}

/** Nothing came back in the time that there was. */
export class NoAnswer extends Error {
  constructor(seconds: number) {
    super(`no answer within ${seconds} seconds`);
  }
}

/** The thing is missing, and could not be made; `right` is what lets an identity make it. */
export class NotMade extends Error {
  readonly missing: 'missing-container' | 'missing-table';
  readonly right: string;

  constructor(missing: NotMade['missing'], right: string, cause: unknown) {
    super('it is missing, and could not be made', { cause });
    this.missing = missing;
    this.right = right;
  }
}

/** Says what an SDK's error means for a person. Keys and tokens stand in none of the texts. */
export function explain(error: unknown, attempt: Attempt): Failure {
  const cause = causeOf(error);
  const kind = kindOf(cause, attempt);
  if (kind === 'missing-role' && error instanceof NotMade)
    return {
      kind: error.missing,
      ...TEXTS[error.missing]({ ...attempt, right: error.right }, detailOf(cause)),
    };
  return { kind, ...TEXTS[kind](attempt, detailOf(cause)) };
}

/** After its retries an SDK throws the errors of all of them in one; ours have the SDK's as their cause. */
function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors.at(-1));
  const isOfService = storageFailure(error) !== undefined || codeOf(error) !== '';
  return !isOfService && error instanceof Error && error.cause !== undefined ? causeOf(error.cause) : error;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && error instanceof Error && error.name !== 'SluiceError' ? code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** One line, without what the service adds for its own support. */
function detailOf(error: unknown): string {
  const failure = storageFailure(error);
  if (failure) return `${failure.status} ${failure.code}`.trim();
  const [line = ''] = messageOf(error).split(/\r?\n| TrackingId:| RequestId:/);
  return line.replace(/[.\s]+$/, '');
}

const NAME_NOT_FOUND = ['ENOTFOUND', 'EAI_AGAIN'];
const NOT_REACHED = ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EPIPE'];
const TOO_LATE = ['ETIMEDOUT', 'OperationTimeoutError', 'ServiceUnavailableError'];
const FIREWALL = /prevented to connect|IP address|public network access/i;
const KEYS_OFF = /LocalAuthDisabled|SAS authentication has been disabled/i;

/** Of `@azure/identity`: nobody is logged in, the identity is none of this machine's, or the sign-in was turned down. */
const NO_IDENTITY =
  /^(CredentialUnavailable|Authentication|AggregateAuthentication|AuthenticationRequired)Error$/;

function kindOf(error: unknown, attempt: Attempt): FailureKind {
  if (error instanceof NoAnswer) return 'no-answer';
  if (error instanceof Error && NO_IDENTITY.test(error.name)) return 'no-identity';
  const failure = storageFailure(error);
  const code = codeOf(error);
  if (!failure && [...NAME_NOT_FOUND, ...NOT_REACHED].includes(code)) return 'unreachable';
  if (!failure && TOO_LATE.includes(code)) return 'no-answer';
  return failure ? storageKind(failure, error, attempt) : hubKind(code, messageOf(error), attempt);
}

function hubKind(code: string, message: string, { connection, consumerGroup }: Attempt): FailureKind {
  switch (code) {
    case 'MessagingEntityNotFoundError':
      return consumerGroup === undefined ? 'wrong-hub' : 'missing-consumer-group';
    case 'UnauthorizedError':
      if (FIREWALL.test(message)) return 'firewall';
      if (KEYS_OFF.test(message)) return 'keys-off';
      return connection.kind === 'identity' || message.includes('claim(s)') ? 'missing-role' : 'wrong-key';
    case 'ServerBusyError':
      return 'busy';
    default:
      return 'other';
  }
}

/** https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
const STORAGE_KINDS: Readonly<Record<string, FailureKind>> = {
  TableNotFound: 'missing-table',
  ContainerNotFound: 'missing-container',
  KeyBasedAuthenticationNotPermitted: 'keys-off',
  AuthorizationPermissionMismatch: 'missing-role',
  BlobImmutableDueToPolicy: 'protected',
  BlobImmutableDueToLegalHold: 'protected',
};

function storageKind({ status, code }: StorageFailure, error: unknown, { connection }: Attempt): FailureKind {
  const known = STORAGE_KINDS[code];
  if (known) return known;
  if (status === 401 || status === 403) {
    // Azurite has the firewall's code for a signature that it does not know.
    if (code === 'AuthorizationFailure' && !/failed to authenticate/i.test(messageOf(error)))
      return 'firewall';
    return connection.kind === 'identity' ? 'missing-role' : 'wrong-key';
  }
  return status === 503 || status === 500 || status === 429 ? 'busy' : 'other';
}

type Text = (attempt: Attempt, detail: string) => Omit<Failure, 'kind'>;

const TEXTS: Readonly<Record<FailureKind, Text>> = {
  'wrong-hub': ({ connection, thing, namedBy }) => ({
    problem: `There is no ${thing} in ${hostOf(connection)}.`,
    remedy: `Correct its name in ${namedBy}, or the namespace in ${endpointOf(connection, 'event-hubs')}; or make the hub.`,
  }),
  'missing-consumer-group': ({ thing, consumerGroup, namedBy }) => ({
    problem: `The ${thing} has no consumer group ${consumerGroup}.`,
    remedy:
      `Make it (az eventhubs eventhub consumer-group create --name ${consumerGroup}), or correct its name: in ` +
      `${namedBy === 'SLUICE_SOURCE_HUBS' ? namedBy : 'SLUICE_RECORDS_CONSUMER_GROUP'}.`,
  }),
  'wrong-key': ({ connection: { setting } }, detail) => ({
    problem: `The key in ${setting} is not taken (${detail}).`,
    remedy: `Copy the connection string anew: the key was changed, or belongs to another policy or account. Or use an identity in its place.`,
  }),
  'keys-off': ({ connection: { setting }, service, right, thing }, detail) => ({
    problem: `Keys are switched off there (${detail}).`,
    remedy: `Take ${setting} away, set ${endpointSettingOf(setting, service)}, and give the identity ${right} on the ${thing}.`,
  }),
  'missing-role': (attempt, detail) => ({
    problem: `${capital(whoOf(attempt))} may not do this to the ${attempt.thing} (${detail}).`,
    remedy: allow(attempt),
  }),
  'no-identity': ({ connection }, detail) => ({
    problem: `There is no identity to sign in with (${detail}).`,
    remedy:
      connection.kind === 'identity' && connection.clientId !== undefined
        ? `A managed identity is known where the app runs, and nowhere else. To check as yourself, run this without ${connection.setting}__clientId, after az login.`
        : 'Log in with az login, or run this where the identity of the app is known.',
  }),
  firewall: ({ connection }, detail) => ({
    problem: `${hostOrSetting(connection)} lets nobody in from here (${detail}).`,
    remedy:
      'Add this address to its firewall, or run this from the network of the app (private endpoint, service endpoint).',
  }),
  unreachable: ({ connection, service }, detail) => ({
    problem: `${hostOrSetting(connection)} cannot be reached (${detail}).`,
    remedy: NAME_NOT_FOUND.some((code) => detail.includes(code))
      ? `There is no such name: correct it in ${endpointOf(connection, service)}, or, with a private endpoint, run this where its DNS zone is known.`
      : `Look at the name and port in ${endpointOf(connection, service)}, at a proxy or firewall on the way out, and whether it runs at all.`,
  }),
  'no-answer': ({ connection, service }, detail) => ({
    problem: `${hostOrSetting(connection)} has not answered (${detail}).`,
    remedy:
      `Something on the way swallows it: a firewall that lets ${service === 'event-hubs' ? 'port 5671' : 'port 443'} not through, a private ` +
      `endpoint that this network does not lead to, or another name in ${endpointOf(connection, service)} than was meant.`,
  }),
  'missing-container': (attempt, detail) => ({
    problem: `There is no ${attempt.thing}, and ${whoOf(attempt)} may not make it (${detail}).`,
    remedy: `Make it, or: ${allow(attempt)}`,
  }),
  'missing-table': (attempt, detail) => ({
    problem: `There is no ${attempt.thing}, and ${whoOf(attempt)} may not make it (${detail}).`,
    remedy: `Make it (az storage table create), or: ${allow(attempt)}`,
  }),
  protected: ({ thing }, detail) => ({
    problem: `A policy or a legal hold protects the ${thing} (${detail}).`,
    remedy:
      'With SLUICE_BLOCKS_PER_BLOB=1 blobs do not grow, and go together with it; in pass-on and capacity nothing does: docs/retention.md.',
  }),
  busy: (_, detail) => ({
    problem: `It is busy, or has a fault (${detail}).`,
    remedy: 'Try again in a minute.',
  }),
  other: (_, detail) => ({ problem: `${detail}.`, remedy: '' }),
};

function whoOf({ connection }: Attempt): string {
  if (connection.kind === 'connection-string') return `the key in ${connection.setting}`;
  return connection.clientId === undefined
    ? `the identity behind ${connection.setting}`
    : `the identity ${connection.clientId}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function allow({ connection, service, thing, right, claim }: Attempt): string {
  if (connection.kind === 'identity')
    return `Give it ${right} on the ${thing}. A role that is new takes some minutes to work.`;
  return service === 'event-hubs'
    ? `Use the connection string of a policy with the claim ${claim}.`
    : `Use the account's own key, or a signature that allows it.`;
}

/** A host name of Event Hubs stands in none but its own setting; of storage, the setting says enough. */
function hostOrSetting(connection: Connection): string {
  return hostOf(connection) || `The account in ${connection.setting}`;
}

function endpointOf({ kind, setting }: Connection, service: Service): string {
  return kind === 'connection-string' ? setting : endpointSettingOf(setting, service);
}
