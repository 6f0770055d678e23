import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import type { Node } from 'web-tree-sitter';

const require = createRequire(import.meta.url);
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));

export interface Parameter {
  readonly isRequired: boolean;
  readonly type: string;
  readonly value: Node | undefined;
  /** `minValue`, `allowed`, ... */
  readonly decorators: readonly string[];
  readonly description: string;
}

export interface Resource {
  readonly symbol: string;
  /** In full, with the types of what it is nested in, without a version. */
  readonly type: string;
  readonly isExisting: boolean;
  readonly body: Node;
}

export interface Module {
  readonly symbol: string;
  /** From the folder of templates. */
  readonly file: string;
  readonly params: ReadonlyMap<string, Node>;
}

export interface BicepFile {
  readonly root: Node;
  readonly params: ReadonlyMap<string, Parameter>;
  readonly variables: ReadonlyMap<string, Node>;
  readonly outputs: ReadonlyMap<string, Node>;
  readonly types: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
}

/** Texts by their path in `infra/`. */
export type Texts = ReadonlyMap<string, string>;

/** Templates by the same. */
export type Templates = ReadonlyMap<string, BicepFile>;

export function templatesIn(folder: string): Texts {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const bicep = files.filter((file) => file.endsWith('.bicep'));
  return new Map(
    bicep.map((file) => [file.replaceAll('\\', '/'), readFileSync(path.join(folder, file), 'utf8')]),
  );
}

export function parsed(texts: Texts): Templates {
  return new Map([...texts].map(([file, text]) => [file, read(file, text)]));
}

function read(file: string, text: string): BicepFile {
  const root = parser.parse(text)?.rootNode;
  if (!root) throw new Error(`${file} cannot be parsed.`);
  const declared = (type: string) =>
    new Map(root.descendantsOfType(type).map((node) => [nameOf(node), node]));
  return {
    root,
    params: new Map(
      [...declared('parameter_declaration')].map(([name, node]) => [name, parameterFrom(node)]),
    ),
    variables: new Map([...declared('variable_declaration')].map(([name, node]) => [name, lastOf(node)])),
    outputs: new Map([...declared('output_declaration')].map(([name, node]) => [name, lastOf(node)])),
    types: new Set([...declared('type_declaration').keys(), ...importedIn(root)]),
    functions: new Set(declared('user_defined_function').keys()),
    resources: root.descendantsOfType('resource_declaration').map(resourceFrom),
    modules: root.descendantsOfType('module_declaration').map((node) => moduleFrom(node, file)),
  };
}

function parameterFrom(node: Node): Parameter {
  const [, type, ...values] = node.namedChildren;
  const decorators = decoratorsOf(node).map(({ text }) => text);
  const [, description = ''] = /^@description\('(.*)'\)$/.exec(decorators[0] ?? '') ?? [];
  return {
    type: type?.text ?? '',
    isRequired: values.length === 0 && !type?.text.endsWith('?'),
    value: values.at(-1),
    decorators: decorators.map((decorator) => decorator.replace(/^@(?:sys\.)?(\w+)[^]*$/, '$1')),
    description: description.replaceAll("\\'", "'"),
  };
}

/** The grammar has them as a sibling, before what they are about. */
function decoratorsOf(node: Node): Node[] {
  const before = node.previousNamedSibling;
  return before?.type === 'decorators' ? before.namedChildren : [];
}

function resourceFrom(node: Node): Resource {
  const type = textIn(node.namedChildren[1]).replace(/@.*$/, '');
  const around = enclosing(node, 'resource_declaration');
  return {
    symbol: nameOf(node),
    type: around ? `${resourceFrom(around).type}/${type}` : type,
    isExisting: node.children.some((child) => child.type === 'existing' || child.text === 'existing'),
    body: bodyOf(node),
  };
}

function moduleFrom(node: Node, file: string): Module {
  const target = textIn(node.namedChildren[1]);
  const params = propertiesOf(bodyOf(node)).get('params');
  return {
    symbol: nameOf(node),
    file: path.posix.join(path.posix.dirname(file), target),
    params: params ? propertiesOf(params) : new Map<string, Node>(),
  };
}

/** The object that is declared, behind `if` and `for`. */
function bodyOf(node: Node): Node {
  const last = lastOf(node);
  return last.type === 'object' ? last : bodyOf(last);
}

export function propertiesOf(object: Node): Map<string, Node> {
  const properties = object.namedChildren.filter(({ type }) => type === 'object_property');
  const plain = properties.filter(({ namedChildren }) => namedChildren.length > 1);
  return new Map(plain.map((property) => [keyOf(property), lastOf(property)]));
}

export function keyOf(property: Node): string {
  const [key] = property.namedChildren;
  return key?.type === 'string' ? textIn(key) : (key?.text ?? '');
}

/** What stands between the quotes. */
function textIn(string: Node | undefined): string {
  return string?.text.slice(1, -1) ?? '';
}

function nameOf(declaration: Node): string {
  return declaration.namedChildren[0]?.text ?? '';
}

export function lastOf(node: Node): Node {
  const last = node.namedChildren.findLast(({ type }) => type !== 'comment');
  if (!last) throw new Error(`Nothing is in "${node.text}".`);
  return last;
}

export function enclosing(node: Node, type: string): Node | undefined {
  for (let parent = node.parent; parent; parent = parent.parent) if (parent.type === type) return parent;
  return undefined;
}

function importedIn(root: Node): string[] {
  return root
    .descendantsOfType('import_functionality')
    .flatMap((node) => node.namedChildren.filter(({ type }) => type === 'identifier'))
    .map(({ text }) => text);
}
