import { expect, it } from 'vitest';
import { wordsOf } from '../../cli/sample/words.ts';

it.each([
  ['SenderIPv4', 'sender ipv4'],
  ['OSPlatform', 'os platform'],
  ['AADTenantId', 'aad tenant id'],
  ['request_access_security_header', 'request access security header'],
  ['InitiatingProcessSHA256', 'initiating process sha256'],
  ['@timestamp', 'timestamp'],
])('takes %s for the words "%s"', (name, words) => {
  expect(wordsOf(name)).toBe(words);
});
