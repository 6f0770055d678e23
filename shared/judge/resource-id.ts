/** What the id of a resource tells of the record that names it. */
export interface ResourceId {
  /** The product whose diagnostic settings are a resource of the tenant. */
  readonly provider: 'entra' | 'intune' | undefined;
  /** Whether it lies in a subscription or in a management group, as everything in the Activity Log does. */
  readonly isActivityScope: boolean;
}

const SUBSCRIPTIONS = Buffer.from('/subscriptions/');
const MANAGEMENT_GROUPS = Buffer.from('/providers/microsoft.management/managementgroups/');
const NAMESPACE = Buffer.from('/providers/microsoft');
const AADIAM = Buffer.from('.aadiam');
const INTUNE = Buffer.from('.intune');

const DOT = 0x2e;
const LETTER_A = 0x61;
/** Makes a small letter of a capital. */
const SMALL = 0x20;

/**
 * Reads an id in whatever case it is written. It works on the bytes (and a view of them), so that there is one reading for
 * records that are parsed and for those that are not.
 */
export function readResourceId(bytes: Uint8Array, view: DataView, start: number, end: number): ResourceId {
  const scoped =
    startsWith(SUBSCRIPTIONS, bytes, start, end) || startsWith(MANAGEMENT_GROUPS, bytes, start, end);
  return (scoped ? IN_SCOPE : ELSEWHERE)[providerOf(bytes, view, start, end) ?? 'none'];
}

// Made once: an object for each record that names a resource would be the only garbage that most records leave.
const ELSEWHERE = allProviders(false);
const IN_SCOPE = allProviders(true);

function allProviders(isActivityScope: boolean): Readonly<Record<'entra' | 'intune' | 'none', ResourceId>> {
  return {
    entra: { provider: 'entra', isActivityScope },
    intune: { provider: 'intune', isActivityScope },
    none: { provider: undefined, isActivityScope },
  };
}

export function isInSubscription(bytes: Uint8Array, start: number, end: number): boolean {
  return startsWith(SUBSCRIPTIONS, bytes, start, end);
}

/** Looks around the dots only: ids are long. */
function providerOf(bytes: Uint8Array, view: DataView, start: number, end: number): ResourceId['provider'] {
  let provider: 'intune' | undefined;
  let dot = nextDot(bytes, view, start + NAMESPACE.length, end);
  for (; dot < end; dot = nextDot(bytes, view, dot + 1, end)) {
    if (!startsWith(NAMESPACE, bytes, dot - NAMESPACE.length, dot)) continue;
    if (startsWith(AADIAM, bytes, dot, end)) return 'entra';
    if (startsWith(INTUNE, bytes, dot, end)) provider = 'intune';
  }
  return provider;
}

/**
 * Skips four bytes at a time; `end` where there is none. A byte less one has its highest bit set if it was zero, or had that bit before,
 * which `~word` rules out.
 */
function nextDot(bytes: Uint8Array, view: DataView, start: number, end: number): number {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true) ^ 0x2e2e2e2e;
    if (((word - 0x01010101) & ~word & 0x80808080) !== 0) break;
  }
  while (at < end && bytes[at] !== DOT) at++;
  return Math.min(at, end);
}

/** Whether the bytes from `start` begin with a prefix, which is in lower case. */
function startsWith(prefix: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) {
    const byte = bytes[start + i] as number;
    const wanted = prefix[i] as number;
    if (byte !== wanted && (wanted < LETTER_A || (byte | SMALL) !== wanted)) return false;
  }
  return true;
}
