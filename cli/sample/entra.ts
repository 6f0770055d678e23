import type { JsonObject } from './json.ts';
import { NO_PLACE } from './plausible.ts';
import {
  directoryId,
  frameRecords,
  withEnvelopeTime,
  withValue,
  type Product,
  type Scene,
} from './product.ts';
import { american, iso, isoOffset } from './times.ts';

/** Sign-in errors by their number, which `resultType` gives as a string. */
const SIGN_IN_ERRORS = [
  { errorCode: 50126, failureReason: 'Error validating credentials due to invalid username or password.' },
  { errorCode: 50076, failureReason: 'You must use multi-factor authentication to access the resource.' },
  { errorCode: 53003, failureReason: 'Access has been blocked by Conditional Access policies.' },
];

type SignInStatus = { readonly errorCode: number; readonly failureReason?: string };

const ACTIVITIES = [
  { name: 'Add member to role', category: 'RoleManagement', type: 'Assign', property: 'Role.DisplayName' },
  { name: 'Update user', category: 'UserManagement', type: 'Update', property: 'AccountEnabled' },
  {
    name: 'Consent to application',
    category: 'ApplicationManagement',
    type: 'Assign',
    property: 'ConsentContext',
  },
];

/** What is the same in most sign-ins. */
const PLAIN_SIGN_IN: JsonObject = {
  appliedConditionalAccessPolicies: [],
  authenticationContextClassReferences: [],
  authenticationProcessingDetails: [{ key: 'Is CAE Token', value: 'False' }],
  authenticationProtocol: 'none',
  authenticationRequirementPolicies: [],
  appServicePrincipalId: null,
  crossTenantAccessType: 'none',
  flaggedForReview: false,
  incomingTokenType: 'none',
  isTenantRestricted: false,
  mfaDetail: {},
  networkLocationDetails: [],
  privateLinkDetails: {},
  rngcStatus: 0,
  servicePrincipalId: '',
  ssoExtensionVersion: '',
  tokenIssuerName: '',
  tokenIssuerType: 'AzureAD',
  userType: 'Member',
};

/** `isInteractive` is all that tells the two categories of user sign-ins apart. */
function signIn(scene: Scene, category: string, isInteractive: boolean): JsonObject {
  const { random, person } = scene;
  const status: SignInStatus = random.chance(0.15) ? random.pick(SIGN_IN_ERRORS) : { errorCode: 0 };
  const correlationId = random.guid();
  return {
    ...envelope(scene, category, 'Sign-in activity'),
    // Envelope time is when the record was taken in: 28 to 1,077 s after the sign-in.
    time: iso(scene.time + random.integer(28, 1077) * 1000),
    resultType: String(status.errorCode),
    ...(status.failureReason && { resultDescription: status.failureReason }),
    callerIpAddress: person.address,
    correlationId,
    identity: person.name,
    location: person.place.country,
    properties: {
      id: random.guid(),
      createdDateTime: isoOffset(scene.time),
      correlationId,
      isInteractive,
      ...who(scene),
      ...where(scene),
      ...how(scene, status),
      ...PLAIN_SIGN_IN,
    },
  };
}

function who({ random, tenant, person, app }: Scene): JsonObject {
  return {
    userDisplayName: person.name,
    userPrincipalName: person.upn,
    userId: person.id,
    appId: app.id,
    appDisplayName: app.name,
    resourceDisplayName: 'Windows Azure Active Directory',
    resourceId: '00000002-0000-0000-c000-000000000000',
    resourceTenantId: tenant.id,
    homeTenantId: tenant.id,
    originalRequestId: random.guid(),
    uniqueTokenIdentifier: random.hex(22),
  };
}

function where({ random, person: { address, place, device } }: Scene): JsonObject {
  const isPlaceKnown = random.chance(0.95);
  return {
    ipAddress: address,
    autonomousSystemNumber: random.integer(64_496, 64_511), // RFC 5398: kept for documentation.
    location: {
      city: place.city,
      state: place.state,
      countryOrRegion: place.country,
      geoCoordinates: isPlaceKnown
        ? { latitude: place.latitude, longitude: place.longitude }
        : { latitude: NO_PLACE, longitude: NO_PLACE },
    },
    deviceDetail: {
      deviceId: device.id,
      displayName: device.name,
      operatingSystem: device.os,
      browser: 'Edge 142.0',
    },
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Edg/142.0.0.0',
    clientAppUsed: 'Browser',
  };
}

function how({ random, time }: Scene, status: SignInStatus): JsonObject {
  const risk = random.chance(0.05) ? random.pick(['low', 'medium', 'high']) : 'none';
  return {
    status: { ...status },
    authenticationDetails: [
      {
        authenticationStepDateTime: isoOffset(time),
        authenticationMethod: 'Password',
        succeeded: status.errorCode !== 50126,
      },
    ],
    authenticationRequirement: random.pick(['singleFactorAuthentication', 'multiFactorAuthentication']),
    conditionalAccessStatus: status.errorCode === 53003 ? 'failure' : 'notApplied',
    processingTimeInMilliseconds: random.integer(40, 900),
    riskDetail: 'none',
    riskLevelAggregated: risk,
    riskLevelDuringSignIn: risk,
    riskState: risk === 'none' ? 'none' : 'atRisk',
    riskEventTypes: risk === 'none' ? [] : ['unfamiliarFeatures'],
    riskEventTypes_v2: risk === 'none' ? [] : ['unfamiliarFeatures'],
  };
}

function auditLog(scene: Scene): JsonObject {
  const { random, person, colleague, time } = scene;
  const { name, category, type, property } = random.pick(ACTIVITIES);
  const correlationId = random.guid();
  const actor = {
    id: person.id,
    displayName: null,
    userPrincipalName: person.upn,
    ipAddress: person.address,
    roles: [],
  };
  const change = {
    displayName: property,
    oldValue: null,
    newValue: JSON.stringify('Helpdesk Administrator'),
  };
  return {
    ...envelope(scene, 'AuditLogs', name),
    correlationId,
    properties: {
      id: `Directory_${correlationId}_${random.hex(5).toUpperCase()}_${random.integer(1e6, 1e8)}`,
      category,
      correlationId,
      result: 'success',
      resultReason: '',
      activityDisplayName: name,
      activityDateTime: isoOffset(time),
      loggedByService: 'Core Directory',
      operationType: type,
      userAgent: null,
      initiatedBy: { user: actor },
      targetResources: [
        { id: colleague.id, type: 'User', userPrincipalName: colleague.upn, modifiedProperties: [change] },
      ],
      additionalDetails: [{ key: 'UserType', value: 'Member' }],
    },
  };
}

function riskyUser(scene: Scene): JsonObject {
  const { random, person, time } = scene;
  return {
    ...envelope(scene, 'RiskyUsers', 'Risky user'),
    time: american(time),
    identity: person.name,
    location: '',
    properties: {
      id: person.id,
      userDisplayName: person.name,
      userPrincipalName: person.upn,
      riskLastUpdatedDateTime: isoOffset(time),
      riskLevel: random.pick(['low', 'medium', 'high']),
      riskState: random.pick(['atRisk', 'remediated', 'dismissed']),
      riskDetail: 'none',
      isDeleted: false,
      isGuest: false,
      isProcessing: false,
    },
  };
}

/** What the operations of categories are called that have no maker of their own; others are named like the category. */
const OPERATION_NAMES: Readonly<Record<string, string>> = {
  ProvisioningLogs: 'Provisioning activity',
  UserRiskEvents: 'User Risk Detection',
  MicrosoftGraphActivityLogs: 'Microsoft Graph Activity',
  AzureADGraphActivityLogs: 'AAD Graph Activity',
  GraphNotificationsActivityLogs: 'Graph Notifications Activity',
};

/** Levels come as a number, a word or both, under a name that differs in the case of a letter. */
const LEVELS: readonly JsonObject[] = [
  { Level: 4 },
  { Level: 4 },
  { level: 'Informational' },
  { level: '4' },
  { Level: 5, level: 'Informational' },
];

function outline(scene: Scene, category: string): JsonObject {
  const { random, tenant, person } = scene;
  const isSignIn = category.endsWith('SignInLogs');
  const operationName = isSignIn ? 'Sign-in activity' : (OPERATION_NAMES[category] ?? category);
  const { Level: _, ...common } = envelope(scene, category, operationName);
  return {
    ...common,
    resourceId:
      category === 'GraphNotificationsActivityLogs' ? `${tenant.id}|` : (common['resourceId'] ?? ''),
    ...(isSignIn && { resultType: '0' }),
    callerIpAddress: person.address,
    identity: person.name,
    durationMs: random.chance(0.5) ? random.integer(0, 400) : String(random.integer(0, 400)),
    ...random.pick(LEVELS),
    location: person.place.country,
    properties: { id: random.guid(), correlationId: random.guid(), userPrincipalName: person.upn },
  };
}

function envelope({ random, tenant, time }: Scene, category: string, operationName: string): JsonObject {
  const provider = random.chance(0.8) ? 'Microsoft.aadiam' : 'microsoft.aadiam';
  return {
    time: iso(time),
    resourceId: `/tenants/${tenant.id}/providers/${provider}`,
    operationName,
    operationVersion: '1.0',
    category,
    tenantId: tenant.id,
    resultSignature: 'None',
    durationMs: 0,
    correlationId: random.guid(),
    Level: 4,
  };
}

export const entra: Product = {
  source: 'entra',
  makers: {
    SignInLogs: (scene) => signIn(scene, 'SignInLogs', true),
    NonInteractiveUserSignInLogs: (scene) => signIn(scene, 'NonInteractiveUserSignInLogs', false),
    AuditLogs: auditLog,
    RiskyUsers: riskyUser,
  },
  outline,
  habits: { present: 0.9, empty: 0.15, time: isoOffset, deviceOf: directoryId },
  redelivered: withEnvelopeTime,
  spoilers: [withValue('properties', null), withValue('operationName', 50_126)],
  mostRecords: 60,
  frame: frameRecords,
};
