/** What can go wrong with the app or what it stands on; bad data is never an error (see `reasons.ts`). */
export const ERROR_CODES = {
  'settings-invalid': 'One or more settings are missing or wrong; the message names every one.',
  'trigger-metadata-broken': 'The Functions host handed over messages whose metadata does not fit them.',
  'category-clash': 'Two files claim the same category, or two category functions the same name.',
  'schema-invalid': 'A schema file cannot be compiled, or says what no schema may say; the message names it.',
  'ledger-contended': 'The ledger row of a partition kept changing under this instance.',
  'state-contended': 'What a category function keeps under a key kept changing under this instance.',
  'webhook-refused': 'The webhook for alerts did not accept one.',
  'storage-refused': 'Storage answered with an error that a retry may mend.',
  'records-hub-refused': 'The second hub did not accept what was sent.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Broken infrastructure or a broken deployment. What the batch was doing is begun again by the retry policy. */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly retriable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retriable?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.name = 'SluiceError';
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}
