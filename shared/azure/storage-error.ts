import { RestError } from '@azure/storage-blob';

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
