import { catalogue } from './catalogue.ts';
import { readResourceId, type ResourceId } from './resource-id.ts';
import { SOURCES, type Source } from './verdict.ts';

/** Whose record it is, and which of the product's categories. */
export interface Identity {
  readonly source: Source;
  readonly name: string;
}

/**
 * All of a record that tells whose it is: of some fields the text, as parsing gives it, and of others no more than that they are there.
 * Of a number, an array or an object only the kind counts.
 */
export interface Traits {
  /** Undefined where there is none. */
  readonly category: unknown;
  readonly Category: unknown;
  readonly action: unknown;
  /** Undefined, too, where it is no text or an empty one. */
  readonly resourceId: ResourceId | undefined;
  readonly ResourceId: ResourceId | undefined;
  readonly hasOperationName: boolean;
  /** Whether `@timestamp` is a number. */
  readonly hasNumericTimestamp: boolean;
  /** Of `properties`, which has none where it is no object. */
  readonly hasAuditEventId: boolean;
  readonly hasActor: boolean;
  readonly hasActivityType: boolean;
}

/** Who has a category of a name; several products do (`AuditLogs`). */
type Claims = Partial<Record<Source, Identity>>;

const DEFENDER_PREFIX = 'advancedhunting-';

/** Longer than any product's: so much is looked up, whatever else a record puts there. */
const MAX_NAME_LENGTH = 100;

const NONE: Identity = { source: 'unknown', name: 'none' };
const GITHUB_AUDIT: Identity = { source: 'github', name: 'audit' };
const GITHUB_GIT: Identity = { source: 'github', name: 'git' };
const GITHUB_API: Identity = { source: 'github', name: 'api' };

const CLAIMS = claimsByName();

/** Tells by its content whose record a value is, that has been parsed. */
export function identify(value: unknown): Identity {
  return isObject(value) ? identifyByTraits(traitsOf(value)) : NONE;
}

/**
 * Users send several products into one hub, so that the hub says nothing. The first rule that holds wins. What nobody
 * claims is `unknown` under its own category, or `none`.
 */
export function identifyByTraits(traits: Traits): Identity {
  const category = text(traits.category);
  if (category === undefined) return identifyWithoutCategory(traits);
  if (isDefenders(category)) return named('defender', category.slice(DEFENDER_PREFIX.length));

  const { resourceId } = traits;
  if (resourceId?.provider) return named(resourceId.provider, category);

  const claims = claimsTo(category);
  if (claims?.intune && isIntunes(claims.intune, traits, resourceId)) return claims.intune;
  if (claims?.entra) return claims.entra;
  if (claims?.activity && isActivityScope(resourceId)) return claims.activity;
  return named('unknown', category);
}

/** GitHub has none, and some resource providers write Activity Log records with capitals. */
function identifyWithoutCategory(traits: Traits): Identity {
  const { action } = traits;
  if (typeof action === 'string' && traits.hasNumericTimestamp) {
    const isGitHubs = traits.category === undefined && !traits.hasOperationName && action.includes('.');
    if (isGitHubs) return gitHubCategory(action);
  }
  const category = text(traits.Category);
  const { resourceId } = traits;
  if (resourceId?.provider) return { source: resourceId.provider, name: category ?? 'none' };
  if (category === undefined) return NONE;
  const claims = claimsTo(category);
  if (claims?.activity && isActivityScope(resourceId ?? traits.ResourceId)) return claims.activity;
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

/** Intune's records name no resource; its `AuditLogs` share the name with Entra ID's, and only the fields differ. */
function isIntunes(identity: Identity, traits: Traits, resourceId: ResourceId | undefined): boolean {
  if (identity.name !== 'AuditLogs') return resourceId === undefined;
  return traits.hasAuditEventId || (traits.hasActor && traits.hasActivityType);
}

/** Resource logs, which are none of the five products', have ids of subscriptions too but other categories. */
function isActivityScope(resourceId: ResourceId | undefined): boolean {
  return resourceId === undefined || resourceId.isActivityScope;
}

function traitsOf(value: Readonly<Record<string, unknown>>): Traits {
  const { category, Category, action } = value;
  const properties = isObject(value.properties) ? value.properties : {};
  return {
    category,
    Category,
    action,
    resourceId: resourceIdOf(value.resourceId),
    ResourceId: resourceIdOf(value.ResourceId),
    hasOperationName: value.operationName !== undefined,
    hasNumericTimestamp: typeof value['@timestamp'] === 'number',
    hasAuditEventId: properties.AuditEventId !== undefined,
    hasActor: properties.Actor !== undefined,
    hasActivityType: properties.ActivityType !== undefined,
  };
}

export function resourceIdOf(value: unknown): ResourceId | undefined {
  const id = text(value);
  return id === undefined ? undefined : readResourceId(id);
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
