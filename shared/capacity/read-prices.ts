import { SETTINGS, textOf } from '../settings/settings.ts';
import type { Environment, Problems } from '../settings/settings.ts';
import { PRICES } from './prices.ts';
import type { Prices } from './prices.ts';

type Part = Readonly<Record<string, unknown>>;

/**
 * Reads prices as JSON in the layout of `prices.ts`, of which what is left out stays as it is there. Who names a price says of where and when
 * it is, since the report does.
 */
export function readPrices(env: Environment, problems: Problems): Prices {
  const text = textOf(env, 'prices');
  if (text === '') return PRICES;
  const given = parsed(text);
  if (!given) {
    problems.push(`${SETTINGS.prices.name} is no JSON object: see docs/capacity.md for what stands in it.`);
    return PRICES;
  }
  const faults = [...faultsIn(given, PRICES, ''), ...missingIn(given)];
  problems.push(...faults.map((fault) => `${SETTINGS.prices.name}: ${fault}`));
  return faults.length > 0 ? PRICES : (merged(PRICES, given) as unknown as Prices);
}

function parsed(text: string): Part | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPart(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missingIn(given: Part): string[] {
  return ['region', 'date'].flatMap((name) => (name in given ? [] : [`${name} is missing.`]));
}

/** What has no counterpart in the prices that there are, or is of another kind. */
function faultsIn(given: Part, known: Part, path: string): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const at = path + name;
    const counterpart = Object.hasOwn(known, name) ? known[name] : undefined;
    if (counterpart === undefined) return [`there is no ${at}; there is ${Object.keys(known).join(', ')}.`];
    if (isPart(counterpart))
      return isPart(value) ? faultsIn(value, counterpart, `${at}.`) : [`${at} is no object.`];
    if (name === 'date') return isDate(value) ? [] : [`${at} must be a day such as 2026-11-20.`];
    if (typeof counterpart === 'string')
      return typeof value === 'string' && value !== '' ? [] : [`${at} must be a text.`];
    return typeof value === 'number' && value >= 0 ? [] : [`${at} must be a number, 0 or more.`];
  });
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
}

function merged(known: Part, given: Part): Part {
  return Object.fromEntries(
    Object.entries(known).map(([name, value]) => {
      const own = given[name];
      return [name, isPart(value) && isPart(own) ? merged(value, own) : (own ?? value)];
    }),
  );
}
