/** Why a message or a record is in quarantine: the `reason` of a dead letter, and the key under which it is counted. */
export const REASONS = {
  'empty-message': 'The message has no bytes.',
  'no-records': 'The message is valid JSON but holds no record.',
  'not-json': 'The message is not valid JSON; the offset tells where it breaks.',
  'not-utf8': 'The bytes are not valid UTF-8.',
  'not-an-object': 'A member of the records is not an object.',
  'records-not-an-array': 'The message has a key `records` that holds no array.',
  'unpack-failed': 'The message looks like gzip but cannot be unpacked.',
  'unpack-too-large': 'The message unpacks to more than the limit.',
  invalid: 'The record does not fit the schema of its category.',
  'internal-error': 'Sluice itself failed on this message; the stack is kept with the bytes.',
  'handler-failed': 'A category function failed on this record at every try.',
} as const;

export type Reason = keyof typeof REASONS;
