import { bodySender } from '../local/send.ts';
import type { SendBodies } from '../local/send.ts';
import { hubProducer } from '../shared/azure/clients.ts';
import { readConnection } from '../shared/connection.ts';
import type { Environment, Problems } from '../shared/settings.ts';
import { readSourceHubs } from '../shared/source-hubs.ts';
import { findSettings } from './found-settings.ts';
import { SETTINGS_FILE } from './settings-file.ts';
import { UsageError } from './usage-error.ts';

/** A source hub to send to. */
export interface SourceHubSender {
  /** For a person: which hub, and where it was found. */
  readonly title: string;
  readonly send: SendBodies;
}

/**
 * Opens a source hub for as long as `use` takes: of the stack that npm start has left running, or else of the app's settings in the
 * environment. Throws a UsageError where neither has one (of that name).
 */
export async function withSourceHub(
  name: string | undefined,
  use: (hub: SourceHubSender) => Promise<void>,
): Promise<void> {
  const { env, place, isRunning } = await findSettings();
  const { hub, connection } = sourceHubIn(env, place, name);
  const producer = hubProducer(connection, hub);
  const title = `the hub ${hub} of ${place}`;
  try {
    await use({ title, send: bodySender(producer) });
  } catch (cause) {
    const hint = isRunning ? ' Is npm start still running?' : '';
    throw new Error(`Sending to ${title} failed: ${reasonOf(cause)}${hint}`, { cause });
  } finally {
    await producer.close();
  }
}

/** After its retries, the SDK throws the errors of all of them in one that has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(reasonOf))].join(' ');
  const message = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

function sourceHubIn(env: Environment, place: string, name: string | undefined) {
  const problems: Problems = [];
  const hubs = readSourceHubs(env, problems);
  if (problems.length > 0) throw noHub(place, problems);
  const found = name === undefined ? hubs[0] : hubs.find(({ hub }) => hub === name.toLowerCase());
  const connection = found && readConnection(env, found.connection, 'event-hubs', problems);
  if (found && connection) return { hub: found.hub, connection };
  const names = hubs.map(({ hub }) => hub).join(', ');
  throw new UsageError(`There is no source hub ${name} in ${place}. There is: ${names}.`);
}

function noHub(place: string, problems: Problems): UsageError {
  const lines = problems.map((problem) => `  - ${problem}`).join('\n');
  return new UsageError(
    `There is no hub to send to. npm start leaves one running, and its settings in ${SETTINGS_FILE} for commands in the same ` +
      `folder; for another, its settings must be in the environment. In ${place}:\n${lines}`,
  );
}
