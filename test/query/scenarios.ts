import type { JsonObject } from '../../cli/sample/json.ts';
import { made } from './made-records.ts';
import type { MadeRecord } from './made-records.ts';

/** What a query of `queries/` is asked, and records of which it must find some and leave others alone. */
export interface Scenario {
  readonly parameters?: Readonly<Record<string, string>>;
  /** Texts that rows of the answer hold, and texts that none of them does. */
  readonly found: readonly string[];
  readonly spared: readonly string[];
  readonly records: readonly MadeRecord[];
}

const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';
const WRONG_PASSWORD = 50126;

/** Of the day on which all of it happens; `26` is two in the morning after it. */
function at(hour: number, minute = 0, second = 0): string {
  return new Date(Date.UTC(2026, 10, 20, hour, minute, second)).toISOString();
}

function signIn(user: string, time: string, error = 0, changes: JsonObject = {}): MadeRecord {
  return made('entra/SignInLogs', time, {
    resultType: String(error),
    properties: {
      userPrincipalName: `${user}@example.com`,
      status: { errorCode: error },
      riskLevelDuringSignIn: 'none',
      ...changes,
    },
  });
}

function failures(count: number, user: string, hour: number, changes: JsonObject = {}): MadeRecord[] {
  return Array.from({ length: count }, (_, i) => signIn(user, at(hour, i), WRONG_PASSWORD, changes));
}

function spray(count: number, ip: string): MadeRecord[] {
  return Array.from({ length: count }, (_, i) =>
    signIn(`sprayed-${i}`, at(11, i), WRONG_PASSWORD, { ipAddress: ip }),
  );
}

function audited(user: string, activity: string, category: string, result = 'success'): MadeRecord {
  const properties = {
    activityDisplayName: activity,
    category,
    result,
    initiatedBy: { user: { userPrincipalName: `${user}@example.com` } },
  };
  return made('entra/AuditLogs', at(10), { properties });
}

function operation(user: string, operationName: string, resultType: string, changes: JsonObject = {}) {
  return made('activity/Administrative', at(10), {
    operationName,
    resultType,
    identity: { claims: { [UPN]: `${user}@example.com` } },
    ...changes,
  });
}

function deletions(count: number, user: string): MadeRecord[] {
  return Array.from({ length: count }, (_, i) =>
    operation(user, 'MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE', 'Success', {
      resourceId: `/SUBSCRIPTIONS/0/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM-${i}`,
    }),
  );
}

function report(device: string, state: string, hour: number): MadeRecord {
  const properties = { ReferenceId: device, DeviceName: device, CompliantState: state };
  return made('intune/Devices', at(hour), { properties: { ...properties, Stats: null } });
}

function onDevice(user: string, device: string, hour: number): MadeRecord {
  return signIn(user, at(hour), 0, { deviceDetail: { deviceId: device, displayName: device } });
}

function pushes(token: string, addresses: number): MadeRecord[] {
  return Array.from({ length: addresses }, (_, i) =>
    made('github/git', at(10, i), { hashed_token: token, actor_ip: `192.0.2.${i + 1}` }),
  );
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'failed-then-success': {
    found: ['guessed@example.com'],
    spared: ['clumsy@example.com', 'locked-out@example.com', 'next-hour@example.com'],
    records: [
      ...failures(5, 'guessed', 10),
      signIn('guessed', at(10, 6)),
      ...failures(4, 'clumsy', 10),
      signIn('clumsy', at(10, 6)),
      ...failures(9, 'locked-out', 10),
      ...failures(5, 'next-hour', 10),
      signIn('next-hour', at(11, 6)),
    ],
  },
  'password-spray': {
    found: ['198.51.100.251'],
    spared: ['198.51.100.252'],
    records: [...spray(10, '198.51.100.251'), ...spray(9, '198.51.100.252')],
  },
  'new-country': {
    found: ['traveller@example.com'],
    spared: ['resident@example.com', 'commuter@example.com'],
    records: [
      signIn('traveller', at(1), 0, { location: { countryOrRegion: 'SE' } }),
      signIn('traveller', at(27), 0, { location: { countryOrRegion: 'BR' } }),
      signIn('resident', at(1), 0, { location: { countryOrRegion: 'SE' } }),
      signIn('resident', at(27), 0, { location: { countryOrRegion: 'SE' } }),
      signIn('commuter', at(1), 0, { location: { countryOrRegion: 'SE' } }),
      signIn('commuter', at(2), 0, { location: { countryOrRegion: 'NO' } }),
    ],
  },
  'risky-sign-ins': {
    found: ['risky@example.com'],
    spared: ['asked-twice@example.com', 'kept-out@example.com'],
    records: [
      signIn('risky', at(10), 0, {
        riskLevelDuringSignIn: 'high',
        authenticationRequirement: 'singleFactorAuthentication',
      }),
      signIn('asked-twice', at(10), 0, {
        riskLevelDuringSignIn: 'high',
        authenticationRequirement: 'multiFactorAuthentication',
      }),
      signIn('kept-out', at(10), WRONG_PASSWORD, {
        riskLevelDuringSignIn: 'high',
        authenticationRequirement: 'singleFactorAuthentication',
      }),
    ],
  },
  'role-assignments': {
    found: ['promoter@example.com', 'Helpdesk Administrator', 'owner@example.com'],
    spared: ['editor@example.com', 'refused@example.com'],
    records: [
      audited('promoter', 'Add member to role', 'RoleManagement'),
      audited('editor', 'Update user', 'UserManagement'),
      audited('refused', 'Add member to role', 'RoleManagement', 'failure'),
      operation('owner', 'MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE', 'Success'),
      operation('refused', 'MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE', 'Failure'),
    ],
  },
  consents: {
    found: ['trusting@example.com'],
    spared: ['wary@example.com'],
    records: [
      audited('trusting', 'Consent to application', 'ApplicationManagement'),
      audited('wary', 'Consent to application', 'ApplicationManagement', 'failure'),
    ],
  },
  'alert-evidence': {
    found: ['da-high'],
    spared: ['da-low'],
    records: [
      made('defender/AlertEvidence', at(10), { properties: { AlertId: 'da-high', Severity: 'High' } }),
      made('defender/AlertEvidence', at(10), { properties: { AlertId: 'da-low', Severity: 'Low' } }),
    ],
  },
  'suspicious-commands': {
    found: ['JABjAGwAaQBlAG4AdAAgAD0A', 'vssadmin.exe Delete Shadows'],
    spared: ['nightly-backup.ps1'],
    records: [
      'powershell.exe -nop -w hidden -Enc JABjAGwAaQBlAG4AdAAgAD0A',
      'vssadmin.exe Delete Shadows /all /quiet',
      'powershell.exe -NoProfile -File nightly-backup.ps1',
    ].map((ProcessCommandLine) =>
      made('defender/DeviceProcessEvents', at(10), { properties: { ProcessCommandLine } }),
    ),
  },
  'delivered-threats': {
    found: ['Your parcel'],
    spared: ['Your prize', 'Your minutes'],
    records: [
      { Subject: 'Your parcel', ThreatTypes: 'Phish', DeliveryAction: 'Delivered' },
      { Subject: 'Your prize', ThreatTypes: 'Phish', DeliveryAction: 'Blocked' },
      { Subject: 'Your minutes', ThreatTypes: null, DeliveryAction: 'Delivered' },
    ].map((properties) => made('defender/EmailEvents', at(10), { properties })),
  },
  'sign-ins-from-bad-devices': {
    found: ['rooted@example.com'],
    spared: ['mended@example.com', 'before@example.com'],
    records: [
      report('rooted-pc', 'NotCompliant', 8),
      onDevice('rooted', 'rooted-pc', 10),
      report('mended-pc', 'NotCompliant', 7),
      report('mended-pc', 'Compliant', 8),
      onDevice('mended', 'mended-pc', 10),
      onDevice('before', 'later-pc', 7),
      report('later-pc', 'NotCompliant', 8),
    ],
  },
  'intune-deletions': {
    found: ['wiper@example.com'],
    spared: ['renamer@example.com'],
    records: [
      ['Wipe ManagedDevice', 'wiper'],
      ['Rename device ManagedDevice', 'renamer'],
    ].map(([operationName = '', user]) =>
      made('intune/AuditLogs', at(10), {
        operationName,
        properties: { Actor: { UPN: `${user}@example.com` } },
      }),
    ),
  },
  'secrets-read': {
    found: ['key-reader@example.com'],
    spared: ['key-seeker@example.com'],
    records: [
      operation('key-reader', 'MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION', 'Success'),
      operation('key-seeker', 'MICROSOFT.STORAGE/STORAGEACCOUNTS/LISTKEYS/ACTION', 'Failure'),
    ],
  },
  'mass-deletion': {
    found: ['demolisher@example.com'],
    spared: ['gardener@example.com'],
    records: [...deletions(10, 'demolisher'), ...deletions(9, 'gardener')],
  },
  'github-exposure': {
    found: ['example/opened', 'example/unprotected'],
    spared: ['example/closed'],
    records: [
      { action: 'repo.access', visibility: 'public', repo: 'example/opened' },
      { action: 'repo.access', visibility: 'private', repo: 'example/closed' },
      { action: 'protected_branch.destroy', repo: 'example/unprotected' },
    ].map((changes) => made('github/audit', at(10), changes)),
  },
  'github-tokens': {
    found: ['stolenToken='],
    spared: ['ownToken='],
    records: [...pushes('stolenToken=', 3), ...pushes('ownToken=', 2)],
  },
  arrivals: {
    found: ['"category":"activity/Autoscale","records":2,'],
    spared: ['"category":"activity/Autoscale","records":1,'],
    records: [made('activity/Autoscale', at(40, 10)), made('activity/Autoscale', at(40, 50))],
  },
  volume: {
    found: ['{"from":"2026-11-21T20:00:00Z","category":"activity/ServiceHealth","records":2}'],
    // An hour that nothing is of.
    spared: ['"2026-11-21T21:00:00Z"'],
    records: [
      made('activity/ServiceHealth', at(44, 10)),
      made('activity/ServiceHealth', at(44, 50)),
      made('activity/ServiceHealth', at(46, 1)),
    ],
  },
  'find-sign-ins': {
    parameters: { who: 'Sought@example.com' },
    found: ['sought@example.com'],
    spared: ['risky@example.com'],
    records: [signIn('sought', at(10))],
  },
  'sign-in': {
    parameters: { who: '5a1e7b0c-aaaa-4000-8000-000000000001', window: '10m' },
    found: ['"why":"sign-in"', 'linked-alert', 'linked-operation', '"why":"device"', '"why":"ip"'],
    spared: ['too-late', 'somebody-else'],
    records: [
      signIn('seen', at(15), 0, {
        id: '5a1e7b0c-aaaa-4000-8000-000000000001',
        ipAddress: '198.51.100.77',
        deviceDetail: { displayName: 'seen-pc' },
      }),
      made('defender/AlertEvidence', at(15, 4), {
        properties: { Title: 'linked-alert', AccountUpn: 'seen@example.com', DeviceName: null },
      }),
      made('defender/DeviceInfo', at(14, 55), {
        properties: { DeviceName: 'seen-pc.example.com', PublicIP: '192.0.2.9' },
      }),
      operation('seen', 'MICROSOFT.WEB/SITES/LINKED-OPERATION/ACTION', 'Success', { time: at(15, 2) }),
      operation('unlike', 'MICROSOFT.WEB/SITES/RESTART/ACTION', 'Success', {
        time: at(15, 2),
        callerIpAddress: '198.51.100.77',
      }),
      made('defender/AlertEvidence', at(15, 11), {
        properties: { Title: 'too-late', AccountUpn: 'seen@example.com' },
      }),
      made('defender/AlertEvidence', at(15, 4), {
        properties: { Title: 'somebody-else', AccountUpn: 'else@example.com', DeviceName: 'else-pc' },
      }),
    ],
  },
};
