import colors from 'picocolors';
import { describeFunctions } from '../../local/host/host.ts';
import type { Stack } from '../../local/stack.ts';
import { SETTINGS_FILE } from '../settings-file.ts';

/** What runs, and where. */
export function describeStack({ host, hubs, storage, sourceHubs, recordsHubs }: Stack): string {
  const addresses = [
    ['Event Hubs', hubs.connectionString],
    ['  source', describeHubs(hubs, sourceHubs)],
    ['  records', describeHubs(hubs, recordsHubs)],
    ['Storage', storage.connectionString],
    ['  blobs', storage.blobEndpoint],
    ['  queues', storage.queueEndpoint],
    ['  tables', storage.tableEndpoint],
    ['Settings', SETTINGS_FILE],
    ['Keys', `${host.http?.keys.function} (functions), ${host.http?.keys.admin} (admin)`],
    ['Report', reportAddress(host)],
  ] as const;
  const lines = addresses.map(([name, address]) => `${colors.bold(name.padEnd(12))}${address}`);
  return `${describeFunctions(host)}\n\n${lines.join('\n')}\n`;
}

/** With its key, so that a browser can open it. */
export function reportAddress({ functions, http }: Pick<Stack['host'], 'functions' | 'http'>): string {
  const { url = '' } = functions.find(({ name }) => name === 'report') ?? {};
  return `${url}?code=${http?.keys.function}`;
}

function describeHubs(hubs: Stack['hubs'], names: readonly string[]): string {
  return names.map((name) => `${name} (${hubs.hub(name).partitions.length} partitions)`).join(', ');
}
