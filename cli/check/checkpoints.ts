import { blobService } from '../../shared/azure/clients.ts';
import { checkpointsOf } from '../../shared/azure/probe.ts';
import { hostOf } from '../../shared/settings/connection.ts';
import type { Connection } from '../../shared/settings/connection.ts';
import type { Attempt } from '../connection-failure.ts';
import type { ConnectedHub } from '../source-hub.ts';
import { FEW_TRIES } from './containers.ts';
import { openTarget } from './target.ts';
import type { Checked } from './target.ts';

/** That the checkpoints can be read, without which no lag can be told. */
export async function checkCheckpoints(
  hostStorage: Connection,
  hubs: readonly ConnectedHub[],
  limit: number,
): Promise<Checked> {
  const target = openTarget('checkpoints', hostStorage.setting, limit);
  const attempt: Attempt = {
    connection: hostStorage,
    service: 'blobs',
    thing: "host's storage account",
    right: 'the role Storage Blob Data Owner, which the Functions host needs',
  };
  const service = blobService(hostStorage, FEW_TRIES);
  for (const { source, connection } of hubs) {
    const isRead = await target.try(`of ${source.hub}`, attempt, async (signal) => {
      const host = hostOf(connection).replace(/:\d+$/, '');
      const { size } = await checkpointsOf(service, host, source, signal);
      return size === 0 ? 'none yet: the app has read nothing' : `${size}, of so many partitions`;
    });
    if (!isRead) break;
  }
  return target;
}
