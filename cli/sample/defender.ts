import type { JsonObject } from './json.ts';
import {
  frameRecords,
  without,
  withEnvelopeTime,
  withValue,
  type Maker,
  type Product,
  type Scene,
} from './product.ts';
import { iso } from './times.ts';

const COMMANDS = [
  { file: 'powershell.exe', line: 'powershell.exe -NoProfile -File "C:\\Scripts\\report.ps1"' },
  { file: 'curl.exe', line: 'curl.exe -fsS https://updates.example.com/agent/manifest.json' },
  { file: 'schtasks.exe', line: 'schtasks.exe /query /fo LIST' },
];

function deviceInfo(scene: Scene): JsonObject {
  const { random, person, tenant } = scene;
  const { device } = person;
  return {
    ...onDevice(scene),
    ClientVersion: '10.8760.26100.4652',
    PublicIP: person.address,
    OSArchitecture: '64-bit',
    OSPlatform: device.os,
    OSVersion: device.osVersion,
    OSBuild: device.os.startsWith('Windows') ? 26_100 : null,
    OSVersionInfo: '24H2',
    OSDistribution: device.os,
    IsAzureADJoined: true,
    JoinType: 'AAD Joined',
    AadDeviceId: device.id,
    LoggedOnUsers: JSON.stringify([
      { UserName: person.account, DomainName: tenant.organization, Sid: person.sid },
    ]),
    RegistryDeviceTag: null,
    OnboardingStatus: 'Onboarded',
    DeviceCategory: 'Endpoint',
    DeviceType: 'Workstation',
    DeviceSubtype: null,
    Model: device.model,
    Vendor: 'Example Computers',
    ExposureLevel: random.pick(['Low', 'Medium', 'High']),
    SensorHealthState: 'Active',
    IsExcluded: false,
    AdditionalFields: null,
  };
}

function deviceProcessEvent(scene: Scene): JsonObject {
  const { random, person, tenant, time } = scene;
  const { file, line } = random.pick(COMMANDS);
  return {
    ...onDevice(scene),
    ActionType: 'ProcessCreated',
    FileName: file,
    FolderPath: `C:\\Windows\\System32\\${file}`,
    FileSize: random.integer(20_000, 900_000),
    SHA1: random.hex(40),
    SHA256: random.hex(64),
    MD5: random.hex(32),
    ProcessId: random.integer(1000, 60_000),
    ProcessCommandLine: line,
    ProcessCreationTime: iso(time),
    ProcessIntegrityLevel: 'Medium',
    ProcessTokenElevation: 'TokenElevationTypeLimited',
    AccountDomain: tenant.organization,
    AccountName: person.account,
    AccountSid: person.sid,
    AccountUpn: null,
    LogonId: random.bigInteger(19),
    InitiatingProcessFileName: 'explorer.exe',
    InitiatingProcessCommandLine: 'Explorer.EXE',
    InitiatingProcessId: random.integer(1000, 60_000),
    InitiatingProcessCreationTime: iso(time - 5_000_000),
    IsProcessRemoteSession: false,
    AdditionalFields: null,
  };
}

function alertEvidence({ random, person, tenant, time }: Scene): JsonObject {
  return {
    Timestamp: iso(time),
    AlertId: `da${random.hex(32)}_1`,
    Title: 'Suspicious PowerShell command line',
    Categories: '["Execution"]',
    AttackTechniques: '["PowerShell (T1059.001)"]',
    ServiceSource: 'Microsoft Defender for Endpoint',
    DetectionSource: 'EDR',
    Severity: random.pick(['Informational', 'Low', 'Medium', 'High']),
    EntityType: 'User',
    EvidenceRole: 'Impacted',
    EvidenceDirection: null,
    AccountDomain: tenant.organization,
    AccountName: person.account,
    AccountObjectId: person.id,
    AccountSid: person.sid,
    AccountUpn: person.upn,
    DeviceId: person.device.machineId,
    DeviceName: `${person.device.name}.${tenant.domain}`,
    RemoteIP: null,
    MachineGroup: null,
    AdditionalFields: JSON.stringify({ Type: 'account', Name: person.account, IsDomainJoined: true }),
  };
}

function emailEvent({ random, person, colleague, tenant, time }: Scene): JsonObject {
  const message = random.guid();
  return {
    Timestamp: iso(time),
    NetworkMessageId: message,
    InternetMessageId: `<${random.hex(24)}@mail.${tenant.domain}>`,
    SenderMailFromAddress: person.upn,
    SenderMailFromDomain: tenant.domain,
    SenderFromAddress: person.upn,
    SenderFromDomain: tenant.domain,
    SenderDisplayName: person.name,
    SenderIPv4: `192.0.2.${random.integer(1, 254)}`,
    SenderIPv6: null,
    RecipientEmailAddress: colleague.upn,
    RecipientObjectId: colleague.id,
    Subject: random.pick(['Invoice 4711 – überfällig', 'Minutes of Monday', 'Your "new" password 🔑']),
    EmailClusterId: random.bigInteger(10),
    EmailDirection: 'Intra-org',
    EmailLanguage: 'en',
    DeliveryAction: 'Delivered',
    DeliveryLocation: 'Inbox/folder',
    AuthenticationDetails: '{"SPF":"pass","DKIM":"pass","DMARC":"pass"}',
    AttachmentCount: random.integer(0, 3),
    UrlCount: random.integer(0, 9),
    ThreatTypes: null,
    ReportId: `${message}-${random.bigInteger(19)}`,
  };
}

/** What every record of a device begins with. A ReportId is a 64-bit number: it does not fit a double. */
function onDevice({ random, person, tenant, time }: Scene): JsonObject {
  return {
    Timestamp: iso(time),
    DeviceId: person.device.machineId,
    DeviceName: `${person.device.name}.${tenant.domain}`,
    ReportId: random.bigInteger(18),
    MachineGroup: 'Workstations',
  };
}

/** A table's row, as the streaming API wraps it. */
function streamed(table: string, row: Maker): Maker {
  return (scene) => ({
    time: iso(scene.time + 90_000),
    tenantId: scene.tenant.id,
    operationName: 'Publish',
    category: `AdvancedHunting-${table}`,
    _TimeReceivedBySvc: iso(scene.time + 45_000),
    properties: row(scene),
    Tenant: 'DefaultTenant',
  });
}

const TABLES: Readonly<Record<string, Maker>> = {
  DeviceInfo: deviceInfo,
  DeviceProcessEvents: deviceProcessEvent,
  AlertEvidence: alertEvidence,
  EmailEvents: emailEvent,
};

export const defender: Product = {
  source: 'defender',
  makers: Object.fromEntries(Object.entries(TABLES).map(([table, row]) => [table, streamed(table, row)])),
  outline: (scene, table) => streamed(table, onDevice)(scene),
  // Every column comes, and most of them are null.
  habits: { present: 1, empty: 0.4, time: iso, deviceOf: ({ machineId }) => machineId },
  redelivered: withEnvelopeTime,
  spoilers: [without('properties'), withValue('time', 1_795_168_800_000)],
  mostRecords: 80,
  frame: frameRecords,
};
