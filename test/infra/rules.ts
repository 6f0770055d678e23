import type { Node } from 'web-tree-sitter';
import { enclosing, keyOf, lastOf, propertiesOf } from './bicep.ts';
import type { BicepFile, Module, Resource, Templates } from './bicep.ts';

/** What is wrong, a sentence each. */
export type Rule = (templates: Templates) => string[];

type FileRule = (file: BicepFile, name: string, templates: Templates) => string[];

function inEachFile(rule: FileRule): Rule {
  return (templates) =>
    [...templates].flatMap(([name, file]) =>
      rule(file, name, templates).map((problem) => `${name}: ${problem}`),
    );
}

const syntax = inEachFile(({ root }) =>
  brokenIn(root).map((node) => `syntax, line ${line(node)}: ${node.text}`),
);

function brokenIn(node: Node): Node[] {
  return node.isError || node.isMissing ? [node] : node.children.flatMap(brokenIn);
}

const modules = inEachFile(({ modules: all }, _, templates) => {
  return all.flatMap(({ symbol, file, params }) => {
    const target = templates.get(file);
    if (!target) return [`module ${symbol}: there is no ${file}`];
    const unknown = [...params.keys()].filter((param) => !target.params.has(param));
    const missing = [...target.params].filter(([param, { isRequired }]) => isRequired && !params.has(param));
    return [
      ...unknown.map((param) => `module ${symbol}: ${file} has no parameter ${param}`),
      ...missing.map(([param]) => `module ${symbol}: ${file} needs ${param}`),
    ];
  });
});

/** `app.outputs.name`, `eventHubs[0].outputs.id`, `network.?outputs.appSubnetId`. */
const outputs = inEachFile(({ root, modules: all }, _, templates) => {
  return root.descendantsOfType('member_expression').flatMap((node) => {
    const [object] = node.namedChildren;
    if (object?.type !== 'member_expression' || lastOf(object).text !== 'outputs') return [];
    const symbol = /^\w+/.exec(object.text)?.[0] ?? '';
    const module = all.find((one) => one.symbol === symbol);
    if (!module) return [`${node.text}: there is no module ${symbol}`];
    const output = lastOf(node).text;
    return templates.get(module.file)?.outputs.has(output) ? [] : [`${module.file} has no output ${output}`];
  });
});

const BUILT_IN =
  'cidrSubnet concat contains environment guid join last length map max range replace resourceGroup split string ' +
  'subscription subscriptionResourceId toLower union uniqueString utcNow';

const symbols = inEachFile((file) => {
  const declared = new Set([
    ...file.params.keys(),
    ...file.variables.keys(),
    ...file.resources.map(({ symbol }) => symbol),
    ...file.modules.map(({ symbol }) => symbol),
    ...file.functions,
    ...BUILT_IN.split(' '),
  ]);
  return usesIn(file)
    .filter((node) => !declared.has(node.text) && !localsAt(node).includes(node.text))
    .map((node) => `line ${line(node)}: nothing is named ${node.text}`);
});

const unused = inEachFile((file) => {
  const used = new Set(usesIn(file).map(({ text }) => text));
  const own = [...file.params.keys(), ...file.variables.keys()];
  return own.filter((name) => !used.has(name)).map((name) => `nobody uses ${name}`);
});

const DECLARATIONS = new Set([
  'parameter_declaration',
  'variable_declaration',
  'output_declaration',
  'resource_declaration',
  'module_declaration',
]);
const NO_EXPRESSION = ['type_declaration', 'import_functionality', 'decorators', 'metadata_declaration'];

/** The identifiers that stand for a value. */
function usesIn({ root }: BicepFile): Node[] {
  return root.descendantsOfType('identifier').filter((node) => {
    const { parent } = node;
    if (!parent || NO_EXPRESSION.some((type) => enclosing(node, type))) return false;
    if (enclosing(node, 'type') || parent.type === 'array_type') return false;
    const isFirst = parent.namedChildren[0]?.id === node.id;
    if (isFirst && DECLARATIONS.has(parent.type)) return false;
    if (isFirst && parent.type === 'object_property') return false;
    if (isFirst && ['for_statement', 'lambda_expression'].includes(parent.type)) return false;
    if (parent.parent?.type === 'lambda_expression' && parent.type === 'parenthesized_expression')
      return false;
    return !(parent.type === 'resource_expression' && !isFirst);
  });
}

/** The names of the loops and lambdas around. */
function localsAt(node: Node): string[] {
  const { parent } = node;
  if (!parent) return [];
  const isScope = parent.type === 'for_statement' || parent.type === 'lambda_expression';
  const names = isScope ? (parent.namedChildren[0]?.text.match(/\w+/g) ?? []) : [];
  return [...names, ...localsAt(parent)];
}

/** Keys, and whatever makes or holds one. */
const SECRET =
  /list\w*Keys|listConnectionStrings|list\w*Sas\b|AccountKey|SharedAccessKey|InstrumentationKey|@secure|\.\w*ConnectionString/gi;

/** It says where telemetry goes, and opens nothing: local authentication is off. */
const NO_SECRET = { file: 'modules/monitoring.bicep', text: '.ConnectionString' };

const secrets = inEachFile(({ root }, file) => {
  const found = root.text.match(SECRET) ?? [];
  const isKnown = (text: string) => file === NO_SECRET.file && text === NO_SECRET.text;
  return found.filter((text) => !isKnown(text)).map((text) => `a secret: ${text}`);
});

const NARROW = new Set([
  'Microsoft.EventHub/namespaces/eventhubs',
  'Microsoft.Storage/storageAccounts/blobServices/containers',
  'Microsoft.Storage/storageAccounts/tableServices/tables',
]);

/** Rights on more than a hub, a container or a table. docs/deploy.md says why. */
const WIDER = ['modules/host-storage.bicep hostOwns', 'modules/monitoring.bicep publishes'];

const scopes: Rule = (templates) => {
  const assignments = [...templates].flatMap(([name, file]) =>
    ofType(file, 'Microsoft.Authorization/roleAssignments').map((resource) => {
      const scope = propertiesOf(resource.body).get('scope');
      const symbol = scope?.text
        .replace(/\[\w+\]$/, '')
        .split('::')
        .at(-1);
      const type = file.resources.find((one) => one.symbol === symbol)?.type ?? 'the resource group';
      return { name: `${name} ${resource.symbol}`, type };
    }),
  );
  const wide = assignments.filter(({ type }) => !NARROW.has(type)).map(({ name }) => name);
  return [
    ...wide
      .filter((name) => !WIDER.includes(name))
      .map((name) => `${name}: on more than a hub, container or table`),
    ...WIDER.filter((name) => !wide.includes(name)).map((name) => `${name} is no exception any more`),
    ...(assignments.length < 6 ? ['roles are missing'] : []),
  ];
};

/** Data roles, each for one thing. Owner of the host's blobs is what the host asks for by name. */
export const ROLES: Readonly<Record<string, string>> = {
  'a638d3c7-ab3a-418d-83e6-5f17a39d4fde': 'Azure Event Hubs Data Receiver',
  '2b629674-e913-4c01-ae53-ef4638d8f975': 'Azure Event Hubs Data Sender',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
};

const roles = inEachFile(({ root, resources }) => {
  const ids = root.text.match(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g) ?? [];
  const deleting = resources
    .filter(({ type, symbol }) => type.endsWith('/roleDefinitions') && symbol !== 'retention')
    .filter(({ body }) => /^(?!.*description).*(delete|\*)/m.test(body.text));
  return [
    ...ids.filter((id) => !(id in ROLES)).map((id) => `an unknown role: ${id}`),
    ...deleting.map(({ symbol }) => `the role ${symbol} may delete`),
  ];
});

/** What must stand in each resource of a type. */
const REQUIRED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Microsoft.EventHub/namespaces': { disableLocalAuth: '!productsStreamIn', minimumTlsVersion: "'1.2'" },
  'Microsoft.Storage/storageAccounts': {
    allowSharedKeyAccess: 'false',
    allowBlobPublicAccess: 'false',
    minimumTlsVersion: "'TLS1_2'",
    supportsHttpsTrafficOnly: 'true',
  },
  'Microsoft.Storage/storageAccounts/blobServices': {
    isVersioningEnabled: 'false',
    deleteRetentionPolicy: '{ enabled: false }',
  },
  'Microsoft.Insights/components': { DisableLocalAuth: 'true' },
  'Microsoft.Web/sites': { httpsOnly: 'true', virtualNetworkSubnetId: "subnetId == '' ? null : subnetId" },
  'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies': {
    allowProtectedAppendWrites: 'false',
  },
};

const flags: Rule = (templates) => {
  return Object.entries(REQUIRED).flatMap(([type, wanted]) => {
    const made = [...templates.values()].flatMap((file) => ofType(file, type));
    if (made.length === 0) return [`there is no ${type}`];
    return made.flatMap(({ symbol, body }) => {
      const properties = propertiesOf(body).get('properties');
      const found = properties ? propertiesOf(properties) : new Map<string, Node>();
      const wrong = Object.entries(wanted).filter(([key, value]) => found.get(key)?.text !== value);
      return wrong.map(([key, value]) => `${type} ${symbol}: ${key} is not ${value}`);
    });
  });
};

/** What holds logs or checkpoints has a private endpoint, and is told of the subnet. */
const endpoints: Rule = (templates) => {
  const behind = [...templates].filter(([, file]) =>
    ['Microsoft.EventHub/namespaces', 'Microsoft.Storage/storageAccounts'].some(
      (type) => ofType(file, type).length > 0,
    ),
  );
  const without = behind.filter(([, { modules: all }]) => !all.some(({ file }) => isEndpoint(file)));
  const untold = [...templates].flatMap(([name, { modules: all }]) => {
    const callers = all.filter(({ file }) => templates.get(file)?.params.has('endpointSubnetId'));
    return callers.filter((module) => !passesSubnet(module)).map(({ symbol }) => `${name}: ${symbol}`);
  });
  return [
    ...without.map(([name]) => `${name} has no private endpoint`),
    ...untold.map((name) => `${name} is not told the subnet`),
  ];
};

function isEndpoint(file: string): boolean {
  return file === 'modules/private-endpoint.bicep';
}

function passesSubnet({ params }: Module): boolean {
  return /^(network\.\?outputs\.endpointSubnetId \?\? ''|endpointSubnetId)$/.test(
    params.get('endpointSubnetId')?.text ?? '',
  );
}

/** Choices and numbers have bounds, and everything is explained. */
const bounds: Rule = (templates) => {
  const main = templates.get('main.bicep');
  if (!main) return ['there is no main.bicep'];
  return [...main.params].flatMap(([name, { type, decorators }]) => {
    const bounded = decorators.includes('allowed') || decorators.includes('minValue');
    return [
      ...(type === 'int' && !bounded ? [`${name} has no bounds`] : []),
      ...(decorators.includes('description') ? [] : [`${name} is not explained`]),
    ];
  });
};

/** What is made, and not only referred to. */
function ofType({ resources }: BicepFile, type: string): Resource[] {
  return resources.filter((resource) => resource.type === type && !resource.isExisting);
}

function line(node: Node): number {
  return node.startPosition.row + 1;
}

/** Every key of an object twice is a mistake that nobody is told of. */
const keys = inEachFile(({ root }) =>
  root.descendantsOfType('object').flatMap((object) => {
    const names = object.namedChildren.filter(({ type }) => type === 'object_property').map(keyOf);
    return names
      .filter((name, i) => names.indexOf(name) !== i)
      .map((name) => `line ${line(object)}: ${name} twice`);
  }),
);

export const RULES = {
  syntax,
  keys,
  modules,
  outputs,
  symbols,
  unused,
  secrets,
  scopes,
  roles,
  flags,
  endpoints,
  bounds,
};
