/** What the id of a resource tells of the record that names it. */
export interface ResourceId {
  /** The product whose diagnostic settings are a resource of the tenant. */
  readonly provider: 'entra' | 'intune' | undefined;
  /** Whether it lies in a subscription or in a management group, as everything in the Activity Log does. */
  readonly isActivityScope: boolean;
}

const IN_ACTIVITY_SCOPE = /^(?:\/subscriptions\/|\/providers\/microsoft\.management\/managementgroups\/)/i;
const OF_ENTRA = /\/providers\/microsoft\.aadiam/i;
const OF_INTUNE = /\/providers\/microsoft\.intune/i;

/** Reads an id in whatever case it is written. The walk over bytes reads it too, and tells the same (`assembly/walk/resource-id.ts`). */
export function readResourceId(id: string): ResourceId {
  const other = OF_INTUNE.test(id) ? 'intune' : undefined;
  return { provider: OF_ENTRA.test(id) ? 'entra' : other, isActivityScope: IN_ACTIVITY_SCOPE.test(id) };
}
