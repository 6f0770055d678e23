import type { StorageOperation } from './operations.ts';

/**
 * What goes wrong with a request to storage:
 * - `status`: it is not done, and the answer says so, with the usual code of its service unless another is given;
 * - `disconnect`: it is not done, and the connection breaks;
 * - `silentMs`: it is not done and not answered, until the connection breaks so much later;
 * - `until`: it is done only then, even if whoever asked has gone by that time;
 * - `loseAnswer`: it is done, and the connection breaks before the answer leaves. `onDone` is told whether it succeeded.
 */
export type StorageFault =
  | { readonly status: number; readonly code?: string }
  | { readonly error: 'disconnect' }
  | { readonly silentMs: number }
  | { readonly until: Promise<unknown> }
  | { readonly loseAnswer: true; readonly onDone?: (succeeded: boolean) => void };

/** Asked before each request; `undefined` lets it pass. */
export type OnStorageOperation = (operation: StorageOperation) => StorageFault | undefined;

/** Codes that the services give with a status. */
const CODES: Readonly<Record<number, Readonly<Record<StorageOperation['service'], string>>>> = {
  403: { blob: 'AuthorizationFailure', table: 'AuthorizationFailure' },
  409: { blob: 'BlobAlreadyExists', table: 'EntityAlreadyExists' },
  412: { blob: 'ConditionNotMet', table: 'UpdateConditionNotSatisfied' },
  500: { blob: 'InternalError', table: 'InternalError' },
  503: { blob: 'ServerBusy', table: 'ServerBusy' },
};

export interface Refusal {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer to a request that is refused, in the form of its service. */
export function refusal(
  service: StorageOperation['service'],
  status: number,
  code = CODES[status]?.[service] ?? 'InternalError',
): Refusal {
  const error = { 'odata.error': { code, message: { lang: 'en-US', value: 'A fault was asked for.' } } };
  return service === 'blob'
    ? {
        headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
        body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`,
      }
    : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(error) };
}
