import type { JsonObject } from './json.ts';
import {
  directoryId,
  frameRecords,
  without,
  withEnvelopeTime,
  withValue,
  type Product,
  type Scene,
} from './product.ts';
import { american, iso, spaced } from './times.ts';

/** Intune has an own category AuditLogs: no `resourceId`, and numbers for what Entra ID spells out. */
function auditLog(scene: Scene): JsonObject {
  const { random, person, time } = scene;
  const { device } = scene.colleague;
  return {
    ...envelope(
      scene,
      'AuditLogs',
      random.pick(['Rename device ManagedDevice', 'Delete MobileAppAssignment']),
    ),
    resultDescription: 'None',
    correlationId: random.guid(),
    identity: person.upn,
    properties: {
      ActivityDate: american(time),
      ActivityResultStatus: 1,
      ActivityType: random.integer(0, 7),
      Actor: {
        ActorType: 1,
        ApplicationName: 'Intune portal',
        ObjectId: person.id,
        UPN: person.upn,
        Name: null,
      },
      AdditionalDetails: '',
      AuditEventId: random.guid(),
      Category: random.integer(0, 15),
      RelationId: null,
      TargetDisplayNames: [device.name],
      TargetObjectIds: [device.id],
      Targets: [
        { Name: device.name, ModifiedProperties: [{ Name: 'DeviceName', Old: 'pc-1', New: device.name }] },
      ],
    },
  };
}

function operationalLog(scene: Scene): JsonObject {
  const compliance = scene.random.chance(0.5);
  const details = compliance ? complianceAlert(scene) : enrollmentFailure(scene);
  return {
    ...envelope(scene, 'OperationalLogs', compliance ? 'Compliance' : 'Enrollment'),
    resultType: compliance ? 'None' : 'Fail',
    properties: {
      AADTenantId: scene.tenant.id,
      IntuneAccountId: scene.tenant.id,
      IntuneDeviceId: scene.person.device.id,
      IntuneUserId: scene.person.id,
      ScaleUnit: 'AMSUB0201',
      ...details,
    },
  };
}

function complianceAlert({ person: { account, device, name }, tenant }: Scene): JsonObject {
  return {
    OperationalLogCategory: 'DeviceCompliance',
    ScenarioName: 'Microsoft.Management.Services.Diagnostics.SLAEvents.DeviceNotInComplianceSubscription',
    AlertDisplayName: 'Managed Device Not Compliant',
    AlertType: 'Managed Device Not Compliant',
    Description: 'BitLockerEnabled.<null>',
    DeviceHostName: device.name,
    DeviceName: device.name,
    DeviceOperatingSystem: device.os,
    UserDisplayName: name,
    UserName: account,
    UPNSuffix: tenant.domain,
  };
}

function enrollmentFailure({ random, person: { device }, time }: Scene): JsonObject {
  return {
    OperationalLogCategory: 'Enrollment',
    ScenarioName: 'Enrollment',
    EnrollmentTimeUTC: spaced(time),
    EnrollmentType: 'WindowsAzureADJoin',
    FailureCategory: 'Authentication',
    FailureReason: random.pick(['UserAuthenticationFailed', 'DeviceCapReached']),
    MessageId: '',
    Os: device.os,
    OsVersion: device.osVersion,
  };
}

/** A report of devices ends with a record that only counts. */
function deviceReport(scene: Scene): JsonObject {
  const batch = { BatchId: scene.tenant.id };
  const properties = scene.random.chance(0.05)
    ? { ...batch, Stats: { RecordCount: scene.random.integer(1, 500) } }
    : { ...batch, ...deviceState(scene), ...deviceHardware(scene) };
  return { ...envelope(scene, 'Devices', 'Devices'), properties };
}

function deviceState({ tenant, person, time }: Scene): JsonObject {
  return {
    AADTenantId: tenant.id,
    IntuneAccountId: tenant.id,
    DeviceId: person.device.id,
    DeviceName: person.device.name,
    ReferenceId: person.device.id,
    UPN: person.upn,
    UserEmail: person.upn,
    UserName: person.name,
    PrimaryUser: person.id,
    CompliantState: 'Compliant',
    CreatedDate: spaced(time - 86_400_000),
    LastContact: spaced(time),
    InGracePeriodUntil: '9999-12-31 23:59:59.9999999',
    DeviceRegistrationState: 'Registered',
    DeviceState: 'Managed',
    GraphDeviceIsManaged: true,
    ManagedBy: 'Intune',
    Ownership: 'Corporate',
    CategoryName: '',
  };
}

function deviceHardware({ random, person: { device: owned } }: Scene): JsonObject {
  return {
    Manufacturer: 'Example Computers',
    Model: owned.model,
    OS: owned.os,
    OSVersion: owned.osVersion,
    SerialNumber: owned.serial,
    SkuFamily: 'Enterprise',
    JoinType: 'Azure AD joined',
    JailBroken: 'Unknown',
    EncryptionStatusString: 'True',
    StorageFree: random.integer(10_000, 400_000),
    StorageTotal: 476_264,
    WifiMacAddress: `00005E0053${random.hex(2).toUpperCase()}`, // RFC 7042: kept for documentation.
    IMEI: '',
    PhoneNumber: '',
  };
}

function windows365AuditLog(scene: Scene): JsonObject {
  const { random, person, tenant } = scene;
  return {
    ...envelope(scene, 'Windows365AuditLogs', 'Create CloudPcProvisioningPolicy'),
    identity: person.upn,
    properties: {
      ApplicationName: 'Intune portal',
      CallerExtendedProperties: `{"UserId":"${person.id}","TenantId":"${tenant.id}"}`,
      ComponentName: 'CloudPcProvisioningPolicy',
      // A text of its own kind, in which quotes do not come in pairs.
      OtherExtendedProperties: `{OperationType=Create; Name="${random.pick(['Design', 'Build'])}; Tags=[]}`,
      ResourceExtendedProperties: '[{"Name":"DisplayName","NewValue":"Build"}]',
      ServiceName: 'Windows 365',
    },
  };
}

function outline(scene: Scene, category: string): JsonObject {
  return { ...envelope(scene, category, category), properties: { BatchId: scene.tenant.id } };
}

function envelope({ tenant, time }: Scene, category: string, operationName: string): JsonObject {
  return { time: iso(time), tenantId: tenant.id, category, operationName, resultType: 'Success' };
}

export const intune: Product = {
  source: 'intune',
  makers: {
    AuditLogs: auditLog,
    OperationalLogs: operationalLog,
    Devices: deviceReport,
    Windows365AuditLogs: windows365AuditLog,
  },
  outline,
  habits: { present: 0.95, empty: 0.1, time: spaced, deviceOf: directoryId },
  redelivered: withEnvelopeTime,
  spoilers: [without('properties'), withValue('time', 20_261_120)],
  mostRecords: 50,
  frame: frameRecords,
};
