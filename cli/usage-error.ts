/** Something is wrong with what was asked for, and nothing has been started. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
