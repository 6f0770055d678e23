import pMap from 'p-map';
import type { Config } from '../../shared/settings/config.ts';
import { readConnection } from '../../shared/settings/connection.ts';
import type { Environment } from '../../shared/settings/settings.ts';
import type { ConnectedHub } from '../source-hub.ts';
import { checkCheckpoints } from './checkpoints.ts';
import { CHECKED_CONTAINERS, checkContainer, checkRetention } from './containers.ts';
import { checkRecordsHub, checkSourceHub } from './hubs.ts';
import type { HubCheckOptions } from './hubs.ts';
import { CHECKED_TABLES, checkTable } from './tables.ts';
import type { Checked } from './target.ts';

export interface CheckOptions extends HubCheckOptions {
  readonly onProgress: (done: number, all: number) => void;
}

/** A records hub for each category would be sixty of them. */
const SIDE_BY_SIDE = 6;

/** Tries everything that the app stands on, with the rights of whoever runs this. Throws for nothing that a service does. */
export async function runChecks(
  config: Config,
  env: Environment,
  options: CheckOptions,
): Promise<readonly Checked[]> {
  const checks = checksOf(config, env, options);
  let done = 0;
  return pMap(
    checks,
    async (check) => {
      const checked = await check();
      options.onProgress((done += 1), checks.length);
      return checked;
    },
    { concurrency: SIDE_BY_SIDE },
  );
}

function checksOf(config: Config, env: Environment, options: HubCheckOptions): (() => Promise<Checked>)[] {
  const { recordsHub, archiveStorage: archive, retentionStorage, ledgerStorage, hostStorage } = config;
  const { limit } = options;
  const sources = connectedHubs(config, env);
  const blobs = {
    archive,
    retention: retentionStorage.setting === archive.setting ? undefined : retentionStorage,
    writesOnce: config.blocksPerBlob === 1,
    limit,
  };
  return [
    ...sources.map(
      ({ source, connection }) =>
        () =>
          checkSourceHub(source, connection, options),
    ),
    ...(recordsHub
      ? recordsHub.routes.hubs.map((hub) => () => checkRecordsHub(hub, recordsHub, options))
      : []),
    ...CHECKED_CONTAINERS.map((container) => () => checkContainer(container, blobs)),
    () => checkRetention(blobs),
    ...CHECKED_TABLES.map((table) => () => checkTable(table, ledgerStorage, limit)),
    () => checkCheckpoints(hostStorage, sources, limit),
  ];
}

function connectedHubs({ sourceHubs }: Config, env: Environment): ConnectedHub[] {
  return sourceHubs.flatMap((source) => {
    const connection = readConnection(env, source.connection, 'event-hubs', []);
    return connection ? [{ source, connection }] : [];
  });
}
