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
  if (start !== SUBSCRIPTIONS) return undefined;
  const end = resourceId.indexOf('/', SUBSCRIPTIONS.length);
  return idText(resourceId.slice(SUBSCRIPTIONS.length, end === -1 ? undefined : end));
}

function idText(found: unknown): string | undefined {
  if (typeof found !== 'string' || found === '' || Buffer.byteLength(found) > LONGEST_SCOPE) return undefined;
  return found.toLowerCase();
}
