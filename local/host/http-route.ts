/** The route of an HTTP function, as ASP.NET Core's routing reads it: `reports/{day}/{page:int?}`. */
export interface Route {
  /** What it was read from, without slashes at either end. */
  readonly template: string;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'parameter' | 'catch-all';
      readonly name: string;
      readonly optional: boolean;
      readonly constraints: readonly RegExp[];
    };

/** Of https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints, those without arguments. */
const CONSTRAINTS: Readonly<Record<string, RegExp>> = {
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
  bool: /^(true|false)$/i,
  alpha: /^[a-z]+$/i,
  guid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
};

/** Throws an Error for a route that Azure would refuse, or that the local host cannot read. */
export function parseRoute(functionName: string, template: string): Route {
  const trimmed = template.replaceAll(/^\/+|\/+$/g, '');
  const segments = trimmed === '' ? [] : trimmed.split('/').map((text) => parseSegment(functionName, text));
  return { template: trimmed, segments };
}

function parseSegment(functionName: string, text: string): Segment {
  if (!/[{}]/.test(text)) return { kind: 'literal', text: text.toLowerCase() };
  const [, star, name, rest = '', optional] = /^\{(\*{0,2})(\w+)((?::\w+)*)(\?)?\}$/.exec(text) ?? [];
  if (name === undefined) {
    throw new Error(`Function ${functionName}: the local host cannot read "${text}" in a route.`);
  }
  return {
    kind: star ? 'catch-all' : 'parameter',
    name,
    optional: optional !== undefined || Boolean(star),
    constraints: rest.split(':').filter(Boolean).map(constraint),
  };

  function constraint(constraintName: string): RegExp {
    const known = CONSTRAINTS[constraintName.toLowerCase()];
    if (known) return known;
    throw new Error(
      `Function ${functionName}: the local host knows no route constraint "${constraintName}".`,
    );
  }
}

/** The parameters of a path that fits; undefined for one that does not. Parts of the path are decoded. */
export function matchRoute({ segments }: Route, path: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const part = path[i];
    if (segment.kind === 'literal') {
      if (part?.toLowerCase() !== segment.text) return undefined;
      continue;
    }
    const value = segment.kind === 'catch-all' ? path.slice(i).join('/') : part;
    if (value === undefined || value === '') {
      if (!segment.optional) return undefined;
      continue;
    }
    if (!segment.constraints.every((constraint) => constraint.test(value))) return undefined;
    parameters[segment.name] = value;
  }
  const takesAll = segments.at(-1)?.kind === 'catch-all';
  return takesAll || path.length <= segments.length ? parameters : undefined;
}

/** Literal parts go before parameters, parameters with a constraint before others, and what takes all that is left comes last. */
export function comparePrecedence(a: Route, b: Route): number {
  for (let i = 0; i < Math.max(a.segments.length, b.segments.length); i++) {
    const difference = rank(a.segments[i]) - rank(b.segments[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function rank(segment: Segment | undefined): number {
  if (segment === undefined) return 0;
  if (segment.kind === 'literal') return 1;
  const constrained = segment.constraints.length > 0 ? 0 : 1;
  return (segment.kind === 'parameter' ? 2 : 4) + constrained;
}
