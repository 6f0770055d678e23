import type { Node } from 'web-tree-sitter';
import { lastOf, propertiesOf } from './bicep.ts';
import type { BicepFile } from './bicep.ts';

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

type Callback = (...values: Value[]) => Value;

/** What names stand for; undefined where this scope does not know. */
type Scope = (name: string) => Value | undefined;

/** As far as Sluice's templates use them: https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions */
const FUNCTIONS: Readonly<Record<string, (...values: Value[]) => Value>> = {
  concat: (...lists) => lists.flatMap((list) => items(list)),
  contains: (text, part) => textOf(text).includes(textOf(part)),
  join: (list, separator) => items(list).map(textOf).join(textOf(separator)),
  length: (list) => items(list).length,
  max: (...values) => Math.max(...values.map(Number)),
  range: (start, count) => Array.from({ length: Number(count) }, (_, i) => Number(start) + i),
  string: (value) => textOf(value),
  subscription: () => ({ id: '/subscriptions/s' }),
  toLower: (text) => textOf(text).toLowerCase(),
  union: (...objects) => Object.assign({}, ...objects) as Value,
  uniqueString: () => 'abc123',
  utcNow: () => '2026-11-01',
};

/** A parameter of a module's call, or a property that a file gives a resource, worked out from parameters. */
export function evaluate(file: BicepFile, node: Node, params: Readonly<Record<string, Value>> = {}): Value {
  const scope: Scope = (name) => {
    if (name in params) return params[name];
    const own = file.variables.get(name) ?? file.params.get(name)?.value;
    if (own) return valueOf(own, scope);
    return file.modules.some(({ symbol }) => symbol === name) ? { module: name } : undefined;
  };
  return valueOf(node, scope);
}

function valueOf(node: Node, scope: Scope): Value {
  const of = (child: Node | null | undefined): Value => {
    if (!child) throw new Error(`Nothing is there in "${node.text}".`);
    return valueOf(child, scope);
  };
  const field = (name: string) => node.childForFieldName(name);
  const [first, second] = node.namedChildren;
  switch (node.type) {
    case 'string':
      return stringOf(node, scope);
    case 'number':
      return Number(node.text);
    case 'boolean':
      return node.text === 'true';
    case 'null':
      return null;
    case 'identifier':
      return known(scope(node.text), node);
    case 'parenthesized_expression':
    case 'interpolation':
      return of(first);
    case 'array':
      return elements(node).map(of);
    case 'object':
      return Object.fromEntries([...propertiesOf(node)].map(([key, value]) => [key, of(value)]));
    case 'member_expression':
      return memberOf(of(first), lastOf(node).text);
    case 'subscript_expression':
      return memberOf(of(first), textOf(of(second)));
    case 'ternary_expression':
      return of(field(of(field('condition')) ? 'consequence' : 'alternative'));
    case 'unary_expression':
      return !of(first);
    case 'binary_expression':
      return binary(node, of);
    case 'call_expression':
      return call(node, scope);
    default:
      throw new Error(`${node.type} cannot be worked out: ${node.text}`);
  }
}

function stringOf(node: Node, scope: Scope): string {
  return node.namedChildren
    .map((part) => (part.type === 'interpolation' ? textOf(valueOf(part, scope)) : part.text))
    .join('');
}

function binary(node: Node, of: (child: Node | null) => Value): Value {
  const [left, right] = [() => of(node.childForFieldName('left')), () => of(node.childForFieldName('right'))];
  const operator = node.children.find(({ isNamed }) => !isNamed)?.text ?? '';
  switch (operator) {
    case '==':
      return left() === right();
    case '!=':
      return left() !== right();
    case '>':
      return Number(left()) > Number(right());
    case '-':
      return Number(left()) - Number(right());
    case '&&':
      return left() && right();
    case '||':
      return left() || right();
    case '??':
      return left() ?? right();
    default:
      throw new Error(`The operator ${operator} is not known: ${node.text}`);
  }
}

function call(node: Node, scope: Scope): Value {
  const name = node.childForFieldName('function')?.text ?? '';
  const given = node.childForFieldName('arguments');
  const args = given ? elements(given) : [];
  const [list, lambda] = args;
  if (name === 'map' && list && lambda)
    return items(valueOf(list, scope)).map((value) => lambdaOf(lambda, scope)(value));
  const run = FUNCTIONS[name];
  if (!run) throw new Error(`The function ${name} is not known.`);
  return run(...args.map((arg) => valueOf(arg, scope)));
}

function lambdaOf(lambda: Node, outer: Scope): Callback {
  const [first] = lambda.namedChildren;
  // The grammar takes `hub => hub.name` for `(hub => hub).name`.
  if (lambda.type === 'member_expression' && first)
    return (...values) => memberOf(lambdaOf(first, outer)(...values), lastOf(lambda).text);
  const names: string[] = first?.text.match(/\w+/g) ?? [];
  return (...values) =>
    valueOf(lastOf(lambda), (name) => {
      const i = names.indexOf(name);
      return i === -1 ? outer(name) : values[i];
    });
}

/** Of a module's call, all that can be known is the name of the output. */
function memberOf(value: Value, key: string): Value {
  if (value === null || typeof value !== 'object') throw new Error(`${textOf(value)} has no ${key}.`);
  if (Array.isArray(value)) return known((value as readonly Value[])[Number(key)], key);
  const object = value as Readonly<Record<string, Value>>;
  if ('module' in object && /^(outputs|\d+)$/.test(key)) return object;
  if ('module' in object) return `<${textOf(object['module'])}.${key}>`;
  return known(object[key], key);
}

function known(value: Value | undefined, what: Node | string): Value {
  if (value === undefined)
    throw new Error(`Nothing is known of ${typeof what === 'string' ? what : what.text}.`);
  return value;
}

function textOf(value: Value | undefined): string {
  // Azure writes booleans as .NET does.
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function elements(node: Node): Node[] {
  return node.namedChildren.filter(({ type }) => type !== 'comment');
}

function items(value: Value | undefined): readonly Value[] {
  if (!Array.isArray(value)) throw new Error(`${JSON.stringify(value)} is no array.`);
  return value as readonly Value[];
}
