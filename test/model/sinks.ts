import { SluiceError } from '../../shared/errors.ts';
import { HEAD_KEY, headFrom } from '../../shared/ledger/ledger-rows.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import type {
  BlobStore,
  Entity,
  EntityWrite,
  LedgerTable,
  RecordsHub,
  SourceHubs,
} from '../../shared/sinks.ts';
import type { Sinks } from '../support/deps.ts';
import type { HubPartition } from './hub.ts';
import type { Process } from './instance.ts';
import type { Requests } from './requests.ts';
import { shortName } from './storage.ts';
import type { Storage } from './storage.ts';

/** What all processes share. */
export interface Surroundings {
  readonly requests: Requests;
  readonly storage: Storage;
  readonly hubs: readonly HubPartition[];
  /** The records hubs that take nothing. */
  readonly down: Set<string>;
}

/** The sinks as a process reaches them: every request waits for its turn, and may not come to its end. */
export function sinksOf(process: Process, around: Surroundings): Sinks {
  return {
    store: storeOf(process, around),
    table: tableOf(process, around),
    recordsHub: recordsHubOf(process, around),
  };
}

function storeOf(process: Process, { requests, storage }: Surroundings): BlobStore {
  const { store } = storage.sinks;
  return {
    stage: (blob, id, body) =>
      requests.make(
        process,
        () => `stage ${shortName(blob)} ${storage.nameOf(id)}`,
        () => storage.stage(blob, id, body, process.version),
      ),
    state: (blob) =>
      requests.make(
        process,
        () => `state ${shortName(blob)}`,
        () => store.state(blob),
      ),
    commit: (blob, ids, options) =>
      requests.make(
        process,
        () => `commit ${shortName(blob)} [${ids.map((id) => storage.nameOf(id)).join(' ')}]`,
        () => storage.commit(blob, ids, options),
      ),
    download: (blob, offset, length) =>
      requests.make(
        process,
        () => `download ${shortName(blob)} ${offset}+${length}`,
        () => store.download(blob, offset, length),
      ),
  };
}

function tableOf(process: Process, { requests, storage }: Surroundings): LedgerTable {
  const { table } = storage.sinks;
  return {
    get: (partitionKey, rowKey) =>
      requests.make(
        process,
        () => `get ${rowKey}`,
        () => table.get(partitionKey, rowKey),
      ),
    async *query(partitionKey, from, to, columns) {
      yield* await requests.make<Entity[]>(
        process,
        () => `query ${partitionKey}`,
        () => collect(table.query(partitionKey, from, to, columns)),
      );
    },
    transact: (partitionKey, writes) =>
      requests.make(
        process,
        () => `transact ${writes.map((write) => describeWrite(write, storage)).join(', ')}`,
        () => table.transact(partitionKey, writes),
      ),
  };
}

async function collect(rows: AsyncIterable<Entity>): Promise<Entity[]> {
  const found: Entity[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

function describeWrite(write: EntityWrite, storage: Storage): string {
  if ('delete' in write) return `-${write.rowKey}`;
  const lost = write.values['block'];
  // Nothing random in the trace: the same seed prints the same.
  if (lost !== undefined) return `lost ${storage.nameOf(String(lost))}`;
  if (write.rowKey !== HEAD_KEY) return write.rowKey;
  const { runs, plan } = headFrom({ ...write, etag: '' });
  const ranges = runs.map(({ no, first, last }) => `${no}: #${first}..${last}`).join(', ');
  const blocks = plan?.blocks.map(({ id }) => storage.nameOf(id)).join(' ') ?? 'closed';
  return `head (runs ${ranges}; plan ${blocks})`;
}

function recordsHubOf(process: Process, { requests, storage, down }: Surroundings): RecordsHub {
  const hub = storage.sinks.recordsHub;
  return {
    maxMessageBytes: (name) =>
      requests.make(
        process,
        () => `ask records hub ${name}`,
        () => (down.has(name) ? Promise.reject(refused(name)) : hub.maxMessageBytes(name)),
        { failure: refused },
      ),
    send: (name, partitionKey, messages) =>
      requests.make(
        process,
        () =>
          `send to ${name} ${messages.map(({ properties }) => String(properties['recordIds'])).join(' ')}`,
        () => (down.has(name) ? Promise.reject(refused(name)) : hub.send(name, partitionKey, messages)),
        { failure: refused },
      ),
  };
}

/** As the pipeline knows that it is the hub which takes nothing. */
function refused(how: string): SluiceError {
  return new SluiceError('records-hub-refused', how, { retriable: true });
}

export function sourceHubsOf(process: Process, { requests, hubs }: Surroundings): SourceHubs {
  return {
    facts: (partition) =>
      requests.make(
        process,
        () => `ask hub`,
        async () => {
          const hub = hubs.find((each) => partitionKeyOf(each.partition) === partitionKeyOf(partition));
          if (!hub) throw new Error('no such hub');
          return Promise.resolve(hub.facts());
        },
      ),
  };
}
