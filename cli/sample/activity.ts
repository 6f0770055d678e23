import { toJson, type JsonObject } from './json.ts';
import {
  directoryId,
  frameRecords,
  without,
  withEnvelopeTime,
  withValue,
  type Maker,
  type Product,
  type Scene,
} from './product.ts';
import { iso } from './times.ts';

const OPERATIONS = [
  { action: 'Microsoft.Storage/storageAccounts/listKeys/action', name: 'stlogs01' },
  { action: 'Microsoft.Compute/virtualMachines/write', name: 'vm-build-02' },
  { action: 'Microsoft.KeyVault/vaults/accessPolicies/write', name: 'kv-payroll' },
  { action: 'Microsoft.Network/networkSecurityGroups/delete', name: 'nsg-edge' },
];

const OUTCOMES = [
  { resultType: 'Start', resultSignature: 'Started.', level: 'Informational', statusMessage: 'Accepted' },
  { resultType: 'Success', resultSignature: 'Succeeded.OK', level: 'Information', statusMessage: 'OK' },
  {
    resultType: 'Failure',
    resultSignature: 'Failed.NotFound',
    level: 'Error',
    statusMessage: '{"error":{"code":"ResourceNotFound","message":"The resource was not found."}}',
  },
];

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

function administrative(scene: Scene): JsonObject {
  const { random, tenant, person } = scene;
  const { action, name } = random.pick(OPERATIONS);
  const { statusMessage, ...outcome } = random.pick(OUTCOMES);
  const resource = `${groupOf(scene)}/providers/${action.split('/').slice(0, 2).join('/')}/${name}`;
  const duration = random.integer(0, 4000);
  return {
    ...(random.chance(0.5) && {
      RoleLocation: 'Sweden Central',
      Stamp: 'FDWeb',
      ReleaseVersion: '6.2026.40.1',
    }),
    time: iso(scene.time),
    resourceId: resource.toUpperCase(),
    operationName: action.toUpperCase(),
    category: 'Administrative',
    ...outcome,
    durationMs: random.chance(0.5) ? String(duration) : duration,
    callerIpAddress: person.address,
    correlationId: random.guid(),
    identity: identity(scene, resource, action),
    tenantId: tenant.id,
    properties: {
      eventCategory: 'Administrative',
      entity: resource,
      message: action,
      hierarchy: `${tenant.id}/${tenant.subscription}`,
      statusMessage,
      requestbody: JSON.stringify({ properties: { owner: person.upn, tags: { team: 'platform' } } }),
    },
  };
}

function security(scene: Scene): JsonObject {
  const { random, tenant, person } = scene;
  const alert = `${random.bigInteger(19)}_${random.guid()}`;
  return {
    Level: 5,
    category: 'Security',
    location: 'swedencentral',
    resourceId:
      `${groupOf(scene)}/providers/Microsoft.Security/locations/swedencentral/alerts/${alert}`.toUpperCase(),
    time: iso(scene.time),
    level: 'Informational',
    correlationId: random.guid(),
    operationName: 'MICROSOFT.SECURITY/LOCATIONS/ALERTS/ACTIVATE/ACTION',
    resultType: 'Active',
    properties: {
      accountLogonId: `0x${random.hex(5)}`,
      commandLine: 'c:\\temp\\invoice.pdf.exe',
      domainName: tenant.organization,
      parentProcess: 'unknown',
      'parentProcess id': '0',
      processId: String(random.integer(1000, 9999)),
      processName: 'c:\\temp\\invoice.pdf.exe',
      userName: person.account,
      UserSID: person.sid,
      ActionTaken: 'Detected',
      Severity: random.pick(['High', 'Medium', 'Low']),
      eventCategory: 'Security',
    },
    tenantId: tenant.id,
  };
}

function policy(scene: Scene): JsonObject {
  const { random, tenant } = scene;
  const resource = `${groupOf(scene)}/providers/Microsoft.Web/sites/app-payroll`;
  const definition = `/providers/Microsoft.Authorization/policyDefinitions/${random.guid()}`;
  return {
    time: iso(scene.time),
    resourceId: resource.toUpperCase(),
    operationName: 'MICROSOFT.AUTHORIZATION/POLICIES/AUDIT/ACTION',
    category: 'Policy',
    resultType: 'Success',
    resultSignature: 'Succeeded.',
    durationMs: '0',
    callerIpAddress: scene.person.address,
    correlationId: random.guid(),
    identity: identity(scene, resource, 'Microsoft.Web/sites/write'),
    level: 'Warning',
    properties: {
      isComplianceCheck: random.pick(['True', 'False']),
      resourceLocation: 'swedencentral',
      ancestors: tenant.id,
      policies: JSON.stringify([{ policyDefinitionId: definition, policyDefinitionEffect: 'Audit' }]),
      eventCategory: 'Policy',
      entity: resource,
      message: 'Microsoft.Authorization/policies/audit/action',
      hierarchy: '',
    },
  };
}

/** An incident concerns no resource: there is no `resourceId`. */
function serviceHealth({ random, time }: Scene): JsonObject {
  return {
    time: iso(time),
    operationName: 'Microsoft.ServiceHealth/incident/action',
    category: 'ServiceHealth',
    resultType: random.pick(['Active', 'Resolved']),
    correlationId: random.guid(),
    level: random.pick(['Warning', 'Informational', 'Critical']),
    properties: {
      eventCategory: 'ServiceHealth',
      eventProperties: {
        title: 'Event Hubs - Sweden Central - Investigating',
        service: 'Event Hubs',
        region: 'Sweden Central',
        incidentType: 'Incident',
        trackingId: `${random.hex(4)}-${random.hex(3)}`.toUpperCase(),
        impactStartTime: iso(time - 600_000),
        stage: 'Active',
        communication: 'Some customers may see <b>delays</b> when they send & receive.',
      },
    },
  };
}

/** The operations of categories that have no maker of their own. */
const OPERATION_NAMES: Readonly<Record<string, string>> = {
  Alert: 'Microsoft.Insights/AlertRules/Activated/Action',
  Autoscale: 'Microsoft.Insights/AutoscaleSettings/Scaleup/Action',
  Recommendation: 'Microsoft.Advisor/generateRecommendations/action',
  ResourceHealth: 'Microsoft.Resourcehealth/healthevent/Activated/action',
  Write: 'MICROSOFT.WEB/SITES/CONFIG/WRITE',
  Delete: 'MICROSOFT.WEB/SITES/SLOTS/DELETE',
  Action: 'MICROSOFT.WEB/SITES/RESTART/ACTION',
};

function outline(scene: Scene, category: string): JsonObject {
  const { random, tenant, person } = scene;
  const resource = `${groupOf(scene)}/providers/Microsoft.Web/sites/app-payroll`;
  const operationName = OPERATION_NAMES[category] ?? `Microsoft.Resources/${category}/action`;
  return {
    time: iso(scene.time),
    resourceId: random.chance(0.5) ? resource.toUpperCase() : resource,
    operationName,
    category,
    resultType: random.pick(['Succeeded', 'Activated', 'Active']),
    durationMs: random.chance(0.5) ? '0' : 0,
    callerIpAddress: person.address,
    correlationId: random.guid(),
    identity: identity(scene, resource, operationName),
    ...random.pick([{ level: 'Information' }, { Level: '4' }, { Level: 4, level: 'Informational' }]),
    location: 'global',
    tenantId: tenant.id,
    properties: { eventCategory: category },
  };
}

/** Some resource providers write the same record with capitals, and its properties as text. */
const CAPITALISED_SHARE = 0.03;

function sometimesCapitalised(make: Maker): Maker {
  return (scene) => {
    const record = make(scene);
    return scene.random.chance(CAPITALISED_SHARE) ? capitalised(record, scene) : record;
  };
}

function capitalised(record: JsonObject, { random }: Scene): JsonObject {
  const { properties = {} } = record;
  const fields = ['time', 'resourceId', 'operationName', 'category', 'resultType', 'correlationId'];
  const taken = Object.entries(record).filter(([name]) => fields.includes(name));
  return {
    EventOsInstanceId: random.integer(1, 9),
    ...Object.fromEntries(
      taken.map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
    ),
    Properties: random.chance(0.5) ? toJson(properties) : properties,
    ProviderGuid: `{${random.guid().toUpperCase()}}`,
    ProviderName: 'Microsoft-Windows-WebSites',
  };
}

/** Who may do it (`authorization`) and who asked (`claims`). */
function identity({ random, tenant, person, app }: Scene, scope: string, action: string): JsonObject {
  const subscription = `/subscriptions/${tenant.subscription}`;
  const role = { role: 'Contributor', roleAssignmentScope: subscription, roleAssignmentId: random.hex(32) };
  return {
    authorization: { scope, action, evidence: { ...role, principalId: person.id, principalType: 'User' } },
    claims: {
      aud: 'https://management.core.windows.net/',
      iss: `https://sts.windows.net/${tenant.id}/`,
      appid: app.id,
      ipaddr: person.address,
      name: person.name,
      [`${CLAIMS}/upn`]: person.upn,
      'http://schemas.microsoft.com/identity/claims/objectidentifier': person.id,
      ver: '1.0',
    },
  };
}

function groupOf({ random, tenant }: Scene): string {
  return `/subscriptions/${tenant.subscription}/resourceGroups/rg-${random.pick(['payroll', 'edge', 'build'])}`;
}

export const activity: Product = {
  source: 'activity',
  makers: {
    Administrative: sometimesCapitalised(administrative),
    Security: security,
    Policy: policy,
    ServiceHealth: serviceHealth,
  },
  outline,
  habits: { present: 0.8, empty: 0.1, time: iso, deviceOf: directoryId },
  redelivered: withEnvelopeTime,
  spoilers: [without('operationName', 'OperationName'), withValue('time', 1_795_168_800_000)],
  mostRecords: 40,
  frame: frameRecords,
};
