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

/** Tables put it into the body, and not always in the same place. */
function codeIn(details: unknown): string {
  const found = details as { odataError?: { code?: string }; errorCode?: string } | undefined;
  return found?.errorCode ?? found?.odataError?.code ?? '';
}

/** The error with what was being done, and what a person can do about it. */
export function storageRefused(what: string, error: unknown): SluiceError {
  const failure = storageFailure(error);
  const detail = failure
    ? `${failure.status} ${failure.code}`
    : error instanceof Error
      ? error.message
      : String(error);
  const message = `${what} failed (${detail}). ${adviceFor(failure)}`;
  return new SluiceError('storage-refused', message, { cause: error, retriable: true });
}

function adviceFor(failure: StorageFailure | undefined): string {
  if (!failure)
    return 'Check the endpoint in the connection setting, and whether the network lets the app reach it.';
  const { status, code } = failure;
  if (status === 401 || status === 403)
    return 'Check the key, or the roles that the identity of the app has on the account.';
  if (status === 503 || status === 500 || code === 'ServerBusy')
    return 'The account is busy or has a fault; it is tried again.';
  return 'It is tried again.';
}
