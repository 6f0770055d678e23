import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parsed, templatesIn } from './bicep.ts';
import type { Texts } from './bicep.ts';
import { RULES } from './rules.ts';

const texts = templatesIn(fileURLToPath(new URL('../../infra', import.meta.url)));

type RuleName = keyof typeof RULES;

function changed(file: string, from: string, to: string): Texts {
  const text = texts.get(file) ?? '';
  if (!text.includes(from)) throw new Error(`${file} does not hold "${from}".`);
  return new Map([...texts, [file, text.replace(from, to)]]);
}

test('there are templates', () => {
  expect([...texts.keys()]).toEqual(expect.arrayContaining(['main.bicep', 'modules/app.bicep']));
});

test.each(Object.entries(RULES))('%s', (_, rule) => {
  expect(rule(parsed(texts))).toEqual([]);
});

/** [rule, file, what stands there, what stands there instead, what is said] */
const SABOTAGE: [RuleName, string, string, string, string][] = [
  ['syntax', 'modules/hub.bicep', 'name: hub.name\n', 'name: = hub.name\n', 'syntax'],
  [
    'keys',
    'modules/app.bicep',
    'httpsOnly: true',
    'httpsOnly: true\n    httpsOnly: false',
    'httpsOnly twice',
  ],
  [
    'modules',
    'main.bicep',
    "'modules/roles.bicep'",
    "'modules/rules.bicep'",
    'there is no modules/rules.bicep',
  ],
  ['modules', 'main.bicep', 'units: eventHubsUnits', 'capacity: eventHubsUnits', 'has no parameter capacity'],
  ['modules', 'main.bicep', '      units: eventHubsUnits\n', '', 'needs units'],
  ['outputs', 'main.bicep', 'app.outputs.host', 'app.outputs.hostName', 'has no output hostName'],
  [
    'outputs',
    'main.bicep',
    'network.?outputs.blobZoneId',
    'network.?outputs.blobZone',
    'has no output blobZone',
  ],
  [
    'symbols',
    'main.bicep',
    'zoneRedundant: zoneRedundant',
    'zoneRedundant: isZoneRedundant',
    'isZoneRedundant',
  ],
  ['symbols', 'modules/network.bicep', '(zone, i) in zones', '(zone, j) in zones', 'nothing is named i'],
  ['unused', 'main.bicep', '    lagMinutes: alertLagMinutes\n', '', 'nobody uses alertLagMinutes'],
  [
    'secrets',
    'modules/host-storage.bicep',
    'output blobUri string =',
    'output key string = account.listKeys().keys[0].value\noutput blobUri string =',
    'listKeys',
  ],
  [
    'secrets',
    'modules/event-hubs.bicep',
    'output id string =',
    'output c string = namespace::products.listkeys().primaryConnectionString\noutput id string =',
    'primaryConnectionString',
  ],
  ['scopes', 'modules/hub.bicep', '  scope: eventHub\n', '  scope: namespace\n', 'reads: on more than'],
  [
    'scopes',
    'modules/archive.bicep',
    '    scope: account::tableService::eachTable[i]\n',
    '',
    'keepsTables: on more than',
  ],
  [
    'scopes',
    'modules/host-storage.bicep',
    'resource hostOwns',
    'resource ownsAll',
    'hostOwns is no exception any more',
  ],
  [
    'roles',
    'modules/hub.bicep',
    '2b629674-e913-4c01-ae53-ef4638d8f975',
    'f526a384-b230-433a-b45c-95f59c4a2dec',
    'an unknown role',
  ],
  ['roles', 'modules/roles.bicep', "'${blobs}/blobs/tags/write'", "'${blobs}/blobs/*'", 'writer may delete'],
  [
    'flags',
    'modules/storage-account.bicep',
    'allowSharedKeyAccess: false',
    'allowSharedKeyAccess: true',
    'allowSharedKeyAccess is not false',
  ],
  [
    'flags',
    'modules/event-hubs.bicep',
    'disableLocalAuth: !productsStreamIn',
    'disableLocalAuth: false',
    'disableLocalAuth is not',
  ],
  [
    'flags',
    'modules/storage-account.bicep',
    'isVersioningEnabled: false',
    'isVersioningEnabled: true',
    'isVersioningEnabled is not false',
  ],
  ['flags', 'modules/app.bicep', "subnetId == '' ? null : subnetId", "''", 'virtualNetworkSubnetId is not'],
  [
    'endpoints',
    'modules/event-hubs.bicep',
    "'private-endpoint.bicep'",
    "'hub.bicep'",
    'modules/event-hubs.bicep has no private endpoint',
  ],
  [
    'endpoints',
    'main.bicep',
    "endpointSubnetId: network.?outputs.endpointSubnetId ?? ''",
    "endpointSubnetId: ''",
    'eventHubs is not told the subnet',
  ],
  ['bounds', 'main.bicep', '@allowed([2048, 4096])\n', '', 'instanceMemoryMB has no bounds'],
  [
    'bounds',
    'main.bicep',
    "@description('Memory of an instance.')\n",
    '',
    'instanceMemoryMB is not explained',
  ],
];

describe('a mistake is found:', () => {
  test.each(SABOTAGE)('%s in %s: %s', (rule, file, from, to, said) => {
    expect(RULES[rule](parsed(changed(file, from, to))).join('\n')).toContain(said);
  });

  test('every rule has one', () => {
    expect(new Set(SABOTAGE.map(([rule]) => rule))).toEqual(new Set(Object.keys(RULES)));
  });
});
