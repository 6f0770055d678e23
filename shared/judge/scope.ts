/** What tells whose a record is within its product. */
export interface ScopeFields {
  readonly resourceId: unknown;
  readonly tenantId: unknown;
  readonly org: unknown;
}

/** Longer ones are no ids. In bytes. */
const LONGEST_SCOPE = 100;

const SUBSCRIPTIONS = '/subscriptions/';

/** The subscription that its resource lies in, or else its tenant, or its organization; in lower case. */
export function scopeOf({ resourceId, tenantId, org }: ScopeFields): string | undefined {
  return subscriptionIn(resourceId) ?? idText(tenantId) ?? idText(org);
}

function subscriptionIn(resourceId: unknown): string | undefined {
  if (typeof resourceId !== 'string') return undefined;
  const start = resourceId.slice(0, SUBSCRIPTIONS.length).toLowerCase();
  return start === SUBSCRIPTIONS ? idText(upToSlash(resourceId, SUBSCRIPTIONS.length)) : undefined;
}

function upToSlash(text: string, start: number): string {
  const slash = text.indexOf('/', start);
  return slash === -1 ? text.slice(start) : text.slice(start, slash);
}

function idText(found: unknown): string | undefined {
  if (typeof found !== 'string' || found === '' || Buffer.byteLength(found) > LONGEST_SCOPE) return undefined;
  return found.toLowerCase();
}
