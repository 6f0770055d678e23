import { RestError } from '@azure/storage-blob';
import { SluiceError } from '../errors.ts';

export interface StorageFailure {
  readonly status: number;
  /** The service's own code, such as `BlobAlreadyExists`. */
  readonly code: string;
}

/** What a storage service (blob or table) answered; undefined when the error is none of its answers. */
export function storageFailure(error: unknown): StorageFailure | undefined {
  if (!(error instanceof Error) || error.name !== RestError.name) return undefined;
  const { statusCode, code, details } = error as RestError;
  if (statusCode === undefined) return undefined;
  return { status: statusCode, code: code ?? codeIn(details) };
}

/** `BlobImmutableDueToPolicy`, `BlobImmutableDueToLegalHold` */
export function isImmutable(failure: StorageFailure | undefined): boolean {
  return failure?.code.startsWith('BlobImmutable') ?? false;
}

/** By the service's own clock. */
export function failedAt(error: unknown): Date | undefined {
  const date = error instanceof RestError ? error.response?.headers.get('date') : undefined;
  return date === undefined ? undefined : new Date(date);
}

/** What accounts answer that have no index tags: those with a hierarchical namespace, and those of an older kind. */
const WITHOUT_TAGS = new Set([
  'FeatureNotYetSupportedForHierarchicalNamespaceAccounts',
  'FeatureNotSupportedForAccount',
  'BlobTagsNotSupportedForAccountType',
  'FeatureNotEnabled',
]);

export function refusesTags(failure: StorageFailure | undefined): boolean {
  return failure !== undefined && WITHOUT_TAGS.has(failure.code);
}

/** Tables put it into the body, and not always in the same place. */
function codeIn(details: unknown): string {
  const found = details as { odataError?: { code?: string }; errorCode?: string } | undefined;
  return found?.errorCode ?? found?.odataError?.code ?? '';
}

/** The error with what was being done, and what a person can do about it. */
export function storageRefused(what: string, error: unknown): SluiceError {
  const failure = storageFailure(error);
  if (failure) return storageAnswered(what, failure, error);
  const detail = error instanceof Error ? error.message : String(error);
  return refusal(what, detail, undefined, error);
}

/** The same, where the answer is known alone: in a batch there is no error for it. */
export function storageAnswered(what: string, failure: StorageFailure, cause?: unknown): SluiceError {
  return refusal(what, `${failure.status} ${failure.code}`, failure, cause);
}

function refusal(
  what: string,
  detail: string,
  failure: StorageFailure | undefined,
  cause: unknown,
): SluiceError {
  const message = `${what} failed (${detail}). ${adviceFor(failure)}`;
  return new SluiceError('storage-refused', message, { cause, retriable: true });
}

function adviceFor(failure: StorageFailure | undefined): string {
  if (!failure)
    return 'Check the endpoint in the connection setting, and whether the network lets the app reach it.';
  const { status, code } = failure;
  if (isImmutable(failure))
    return 'An immutability policy or a legal hold of the container keeps blobs from growing: docs/retention.md says how the two go together.';
  if (status === 401 || status === 403)
    return 'Check the key, or the roles that the identity of the app has on the account.';
  if (status === 503 || status === 500 || code === 'ServerBusy')
    return 'The account is busy or has a fault; it is tried again.';
  return 'It is tried again.';
}
