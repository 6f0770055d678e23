import { safeName } from '../names.ts';

/** Where the records of a category go on the second hub. */
export interface Routes {
  /** May hold `{source}` and `{category}`. */
  readonly hub: string;
  /** The hubs that exist; nothing is ever sent to another. */
  readonly hubs: readonly string[];
  /** For what has no hub of its own. One of `hubs`. */
  readonly fallbackHub: string;
}

/** Data names categories; only settings name hubs. (Hub names are not case-sensitive.) */
export function hubFor(source: string, category: string, routes: Routes): string {
  const wanted = routes.hub
    .replace('{source}', source)
    .replace('{category}', () => safeName(category))
    .toLowerCase();
  return routes.hubs.find((hub) => hub.toLowerCase() === wanted) ?? routes.fallbackHub;
}
