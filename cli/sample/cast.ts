import type { Random } from './random.ts';

/**
 * The people, devices and apps of the samples, so that one user shows up in all products. Everything is made
 * up: names, ids, `example.com`, and addresses out of the ranges kept for documentation (RFC 5737, RFC 3849).
 */
export interface Tenant {
  readonly id: string;
  readonly domain: string;
  readonly subscription: string;
  /** On GitHub. */
  readonly organization: string;
  readonly organizationId: number;
  readonly people: readonly Person[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  /** `mia.lindqvist` */
  readonly account: string;
  readonly upn: string;
  readonly sid: string;
  readonly login: string;
  readonly loginId: number;
  readonly address: string;
  readonly place: Place;
  readonly device: Device;
}

export interface Place {
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
}

export interface Device {
  /** In Entra ID and Intune. */
  readonly id: string;
  /** In Defender. */
  readonly machineId: string;
  readonly name: string;
  readonly serial: string;
  readonly os: string;
  readonly osVersion: string;
  readonly model: string;
}

export interface App {
  readonly id: string;
  readonly name: string;
}

const TENANTS = [
  {
    domain: 'example.com',
    organization: 'example',
    names: ['Mia Lindqvist', 'Noah Okafor', 'Aiko Tanabe', 'Zoë Müller', 'Priya Ramanathan', 'Tomás Herrera'],
  },
  {
    domain: 'labs.example.com',
    organization: 'example-labs',
    names: ['Leila Haddad', 'Owen Fairweather', 'Ingrid Solheim', 'Kwame Asante', 'Renée Dubois'],
  },
];

const PLACES: readonly Place[] = [
  { city: 'Uppsala', state: 'Uppsala Lan', country: 'SE', latitude: 59.85882, longitude: 17.63889 },
  { city: 'Rotterdam', state: 'Zuid-Holland', country: 'NL', latitude: 51.9225, longitude: 4.47917 },
  { city: 'Columbus', state: 'Ohio', country: 'US', latitude: 39.96118, longitude: -82.99879 },
  { city: 'São Paulo', state: 'Sao Paulo', country: 'BR', latitude: -23.5475, longitude: -46.63611 },
];

const SYSTEMS = [
  { os: 'Windows11', osVersion: '10.0.26100.4652', model: 'Latitude 7450' },
  { os: 'Windows10', osVersion: '10.0.19045.6093', model: 'ThinkPad T14 Gen 4' },
  { os: 'macOS', osVersion: '15.5', model: 'MacBookPro18,3' },
];

/** The ids are made up too: only their shape is that of the real ones. */
export const APPS: readonly App[] = [
  { id: '1f0c2a64-7a51-4b0e-9d37-5be0c4a1e901', name: 'Office 365 Exchange Online' },
  { id: '5d2b7e90-0c3f-4f6a-8e12-9a4471b6d302', name: 'Azure Portal' },
  { id: '8a61f3d5-2e94-4c87-b5a0-73d8e0f9c603', name: 'Microsoft Teams' },
  { id: 'c39e8b12-6d47-4a05-91fe-28b6a57d4804', name: 'Payroll (example.com)' },
];

export function createCast(random: Random): readonly Tenant[] {
  return TENANTS.map(({ domain, organization, names }) => ({
    id: random.guid(),
    domain,
    subscription: random.guid(),
    organization,
    organizationId: random.integer(10_000_000, 99_999_999),
    people: names.map((name) => createPerson(random, name, domain)),
  }));
}

function createPerson(random: Random, name: string, domain: string): Person {
  const account = asciiOnly(name).toLowerCase().replace(' ', '.');
  return {
    id: random.guid(),
    name,
    account,
    upn: `${account}@${domain}`,
    sid: `S-1-5-21-${random.bigInteger(10)}-${random.bigInteger(9)}-${random.bigInteger(9)}-${random.integer(1000, 9999)}`,
    login: account.replace('.', '-'),
    loginId: random.integer(1_000_000, 99_999_999),
    address: documentationAddress(random),
    place: random.pick(PLACES),
    device: createDevice(random, account),
  };
}

function createDevice(random: Random, account: string): Device {
  return {
    id: random.guid(),
    machineId: random.hex(40),
    name: `${account.slice(0, 3)}-${random.hex(5)}`,
    serial: random.hex(7).toUpperCase(),
    ...random.pick(SYSTEMS),
  };
}

function documentationAddress(random: Random): string {
  if (random.chance(0.25)) return `2001:db8:${random.hex(4)}:${random.hex(4)}::${random.integer(1, 9)}`;
  return `${random.pick(['192.0.2', '198.51.100', '203.0.113'])}.${random.integer(1, 254)}`;
}

function asciiOnly(name: string): string {
  return name.normalize('NFD').replaceAll(/\p{Mark}/gu, '');
}
