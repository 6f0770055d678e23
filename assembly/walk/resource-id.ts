/** @file What the id of a resource tells of the record that names it, as `readResourceId` of shared/judge/resource-id.ts tells it. */

import { ascii, startsWith } from './ascii';

// The bits of `RESOURCE` in shared/judge/byte-walk.ts.
const THERE: u8 = 1;
const ACTIVITY_SCOPE: u8 = 2;
const ENTRA: u8 = 4;
const INTUNE: u8 = 8;

const DOT: u8 = 0x2e;

export const SUBSCRIPTIONS = ascii('/subscriptions/');
const MANAGEMENT_GROUPS = ascii('/providers/microsoft.management/managementgroups/');
const NAMESPACE = ascii('/providers/microsoft');
const AADIAM = ascii('.aadiam');
const INTUNE_NAME = ascii('.intune');

/** An empty id is none. */
export function readResourceId(start: usize, end: usize): u8 {
  if (start == end) return 0;
  const isScoped = startsWith(SUBSCRIPTIONS, start, end) || startsWith(MANAGEMENT_GROUPS, start, end);
  return THERE | (isScoped ? ACTIVITY_SCOPE : 0) | providerOf(start, end);
}

/** Looks around the dots only: ids are long. */
function providerOf(start: usize, end: usize): u8 {
  let provider: u8 = 0;
  for (let at = start + NAMESPACE.length; at < end; at += 16) {
    let dots = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(DOT)));
    for (; dots != 0; dots &= dots - 1) {
      const dot = at + ctz(dots);
      if (dot >= end) break;
      if (!startsWith(NAMESPACE, dot - NAMESPACE.length, dot)) continue;
      if (startsWith(AADIAM, dot, end)) return ENTRA;
      if (startsWith(INTUNE_NAME, dot, end)) provider = INTUNE;
    }
  }
  return provider;
}
