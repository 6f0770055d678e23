import { bodySender } from '../local/send.ts';
import type { SendBodies } from '../local/send.ts';
import { hubProducer } from '../shared/azure/clients.ts';
import { readConnection } from '../shared/settings/connection.ts';
import type { Connection } from '../shared/settings/connection.ts';
import { readSourceHubs } from '../shared/settings/source-hubs.ts';
import type { SourceHub } from '../shared/settings/source-hubs.ts';
import { explain, sourceHubAttempt } from './connection-failure.ts';
import { findSettings, settingsOf } from './found-settings.ts';
import type { FoundSettings } from './found-settings.ts';
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
  const settings = await findSettings();
  const { source, connection } = sourceHubIn(settings, name);
  const { hub } = source;
  const producer = hubProducer(connection, hub);
  const title = `the hub ${hub} of ${settings.place}`;
  try {
    await use({ title, send: bodySender(producer) });
  } catch (cause) {
    const { problem, remedy } = explain(cause, sourceHubAttempt(connection, hub, 'Send'));
    const hint = settings.isRunning ? 'Is npm start still running?' : remedy;
    throw new Error(`Sending to ${title} failed: ${problem} ${hint}`, { cause });
  } finally {
    await producer.close();
  }
}

export interface ConnectedHub {
  readonly source: SourceHub;
  readonly connection: Connection;
}

/** The source hub of that name, or the first. Throws a UsageError where the settings name none, or not that one. */
export function sourceHubIn(settings: FoundSettings, name: string | undefined): ConnectedHub {
  const { env, place } = settings;
  const hubs = settingsOf(
    settings,
    (problems) => readSourceHubs(env, problems),
    'There is no hub to send to.',
  );
  const source = name === undefined ? hubs[0] : hubs.find(({ hub }) => hub === name.toLowerCase());
  const connection = source && readConnection(env, source.connection, 'event-hubs', []);
  if (source && connection) return { source, connection };
  const names = hubs.map(({ hub }) => hub).join(', ');
  throw new UsageError(`There is no source hub ${name} in ${place}. There is: ${names}.`);
}
