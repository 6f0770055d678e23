import type { Settings } from './settings.ts';

const PREFIX = /^AzureFunctionsJobHost(?:__|:)/i;
const SEPARATOR = /__|:/;

/**
 * host.json with what app settings put in its place: `AzureFunctionsJobHost__extensions__eventHubs__maxWaitTime`. As in
 * Azure, names are not case-sensitive and every value is text.
 * https://learn.microsoft.com/azure/azure-functions/functions-host-json#override-hostjson-values
 */
export function withOverrides(hostJson: unknown, settings: Settings): unknown {
  let result = hostJson;
  for (const [name, text] of Object.entries(settings)) {
    if (text === undefined || !PREFIX.test(name)) continue;
    result = withValue(result, name.replace(PREFIX, '').split(SEPARATOR), valueOf(text));
  }
  return result;
}

function withValue(section: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  const members = typeof section === 'object' && section !== null ? section : {};
  const key = Object.keys(members).find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
  const member: unknown = Reflect.get(members, key);
  return { ...members, [key]: rest.length === 0 ? value : withValue(member, rest, value) };
}

/** Azure reads the text as whatever the option is; here it becomes what host.json would hold. */
function valueOf(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return /^\d+$/.test(text) ? Number(text) : text;
}
