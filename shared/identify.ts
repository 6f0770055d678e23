import { catalogue } from './catalogue.ts';
import { SOURCES, type Source } from './verdict.ts';

/** Whose record it is, and which of the product's categories. */
export interface Identity {
  readonly source: Source;
  readonly name: string;
}

/** Who has a category of a name; several products do (`AuditLogs`). */
type Claims = Partial<Record<Source, Identity>>;

const DEFENDER_PREFIX = 'advancedhunting-';

/** Longer than any product's: so much is looked up, whatever else a record puts there. */
const MAX_NAME_LENGTH = 100;

const NAMESPACE = '/providers/microsoft';
const MANAGEMENT_GROUPS = '/providers/microsoft.management/managementgroups/';
const LETTER_A = 0x61;
const LETTER_I = 0x69;

const NONE: Identity = { source: 'unknown', name: 'none' };
const GITHUB_AUDIT: Identity = { source: 'github', name: 'audit' };
const GITHUB_GIT: Identity = { source: 'github', name: 'git' };
const GITHUB_API: Identity = { source: 'github', name: 'api' };

const CLAIMS = claimsByName();

/**
 * Tells by its content whose record it is: users send several products into one hub. The first rule that holds wins.
 * What nobody claims is `unknown` under its own category, or `none`.
 */
export function identify(value: unknown): Identity {
  if (!isObject(value)) return NONE;
  const category = text(value.category);
  if (category === undefined) return identifyWithoutCategory(value);
  if (isDefenders(category)) return named('defender', category.slice(DEFENDER_PREFIX.length));

  const resourceId = text(value.resourceId);
  const provider = resourceId === undefined ? undefined : providerOf(resourceId);
  if (provider) return named(provider, category);

  const claims = claimsTo(category);
  if (claims?.intune && isIntunes(claims.intune, value, resourceId)) return claims.intune;
  if (claims?.entra) return claims.entra;
  if (claims?.activity && isActivityScope(resourceId)) return claims.activity;
  return named('unknown', category);
}

/** GitHub has none, and some resource providers write Activity Log records with capitals. */
function identifyWithoutCategory(value: Readonly<Record<string, unknown>>): Identity {
  const { action } = value;
  if (typeof action === 'string' && typeof value['@timestamp'] === 'number') {
    const isGitHubs =
      value.category === undefined && value.operationName === undefined && action.includes('.');
    if (isGitHubs) return gitHubCategory(action);
  }
  const category = text(value.Category);
  const resourceId = text(value.resourceId);
  const provider = resourceId === undefined ? undefined : providerOf(resourceId);
  if (provider) return { source: provider, name: category ?? 'none' };
  if (category === undefined) return NONE;
  const claims = claimsTo(category);
  if (claims?.activity && isActivityScope(resourceId ?? text(value.ResourceId))) return claims.activity;
  return named('unknown', category);
}

function gitHubCategory(action: string): Identity {
  if (action.startsWith('git.')) return GITHUB_GIT;
  return action.startsWith('api.') ? GITHUB_API : GITHUB_AUDIT;
}

function isDefenders(category: string): boolean {
  if (category.length <= DEFENDER_PREFIX.length || category[DEFENDER_PREFIX.length - 1] !== '-') return false;
  return category.slice(0, DEFENDER_PREFIX.length).toLowerCase() === DEFENDER_PREFIX;
}

/**
 * The products whose diagnostic settings are resources of a tenant, in whatever case the id is written. It looks around
 * the dots only: ids are long, and putting all of each into lower case is a tenth of the work on a record.
 */
function providerOf(resourceId: string): 'entra' | 'intune' | undefined {
  let provider: 'intune' | undefined;
  for (
    let dot = resourceId.indexOf('.', NAMESPACE.length);
    dot !== -1;
    dot = resourceId.indexOf('.', dot + 1)
  ) {
    const next = resourceId.charCodeAt(dot + 1) | 0x20;
    if (next !== LETTER_A && next !== LETTER_I) continue;
    const around = resourceId.slice(dot - NAMESPACE.length, dot + '.aadiam'.length).toLowerCase();
    if (around === `${NAMESPACE}.aadiam`) return 'entra';
    if (around === `${NAMESPACE}.intune`) provider = 'intune';
  }
  return provider;
}

/** Intune's records name no resource; its `AuditLogs` share the name with Entra ID's, and only the fields differ. */
function isIntunes(
  identity: Identity,
  value: Readonly<Record<string, unknown>>,
  resourceId?: string,
): boolean {
  if (identity.name !== 'AuditLogs') return resourceId === undefined;
  const { properties } = value;
  if (!isObject(properties)) return false;
  if (properties.AuditEventId !== undefined) return true;
  return properties.Actor !== undefined && properties.ActivityType !== undefined;
}

/** Resource logs, which are none of the five products', have ids of subscriptions too but other categories. */
function isActivityScope(resourceId: string | undefined): boolean {
  if (resourceId === undefined) return true;
  const start = resourceId.slice(0, MANAGEMENT_GROUPS.length).toLowerCase();
  return start.startsWith('/subscriptions/') || start === MANAGEMENT_GROUPS;
}

function named(source: Source, category: string): Identity {
  return claimsTo(category)?.[source] ?? { source, name: category };
}

function claimsTo(category: string): Claims | undefined {
  if (category.length > MAX_NAME_LENGTH) return undefined;
  return CLAIMS.get(category) ?? CLAIMS.get(category.toLowerCase());
}

function claimsByName(): ReadonlyMap<string, Claims> {
  const byName = new Map<string, Claims>();
  for (const source of SOURCES) {
    for (const name of catalogue.names(source)) {
      for (const spelling of new Set([name, name.toLowerCase()])) {
        byName.set(spelling, { ...byName.get(spelling), [source]: { source, name } });
      }
    }
  }
  return byName;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
