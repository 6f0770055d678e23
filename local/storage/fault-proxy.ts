import { Agent, createServer, request as forward } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Storage } from './azurite.ts';
import { refusal } from './faults.ts';
import type { OnStorageOperation, StorageFault } from './faults.ts';
import { operationOf } from './operations.ts';
import type { StorageOperation, StorageRequest } from './operations.ts';

export type { OnStorageOperation, StorageFault } from './faults.ts';
export type { StorageOperation, StorageOperationKind } from './operations.ts';

/** Blobs and tables of a storage account behind another address, where requests can be made to fail. */
export interface FaultyStorage {
  /** In place of the storage's own. */
  readonly connectionString: string;
  /** Asked before each request, and may spoil it; `undefined` for none. Can be set at any time. */
  onOperation: OnStorageOperation | undefined;
  readonly close: () => Promise<void>;
}

/** Told of each request that storage has answered, when the answer begins, and with which status. */
export type OnStorageAnswer = (operation: StorageOperation, request: StorageRequest, status: number) => void;

type Address = Pick<Storage, 'connectionString' | 'blobEndpoint' | 'tableEndpoint'>;

/** Starts a proxy each in front of the blob and the table service. Keys sign the path and not the host, so they hold here too. */
export async function startFaultyStorage(
  storage: Address,
  onAnswer: OnStorageAnswer = () => {},
): Promise<FaultyStorage> {
  const agent = new Agent({ keepAlive: true });
  const faulty: FaultyStorage = {
    connectionString: storage.connectionString,
    onOperation: undefined,
    close: () => Promise.resolve(),
  };
  const ask: OnStorageOperation = (operation) => faulty.onOperation?.(operation);
  const shared = { agent, ask, onAnswer };
  const blobs = await startProxy('blob', storage.blobEndpoint, shared);
  const tables = await startProxy('table', storage.tableEndpoint, shared);
  const connectionString = storage.connectionString
    .replace(storage.blobEndpoint, blobs.url)
    .replace(storage.tableEndpoint, tables.url);
  return Object.assign(faulty, {
    connectionString,
    close: async () => {
      await Promise.all([blobs.close(), tables.close()]);
      agent.destroy();
    },
  });
}

interface Exchange {
  readonly request: StorageRequest;
  readonly headers: IncomingHttpHeaders;
  readonly answer: ServerResponse;
  readonly target: URL;
  readonly agent: Agent;
  readonly onStatus: (status: number) => void;
}

interface ProxyDeps {
  readonly agent: Agent;
  readonly ask: OnStorageOperation;
  readonly onAnswer: OnStorageAnswer;
}

async function startProxy(
  service: StorageRequest['service'],
  endpoint: string,
  { agent, ask, onAnswer }: ProxyDeps,
): Promise<{ url: string; close: () => Promise<void> }> {
  const target = new URL(endpoint);
  const server = createServer((incoming, answer) => {
    handle(incoming, answer).catch(() => answer.destroy());
  });

  async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const request = { service, method, path, body: await buffer(incoming) };
    const operation = operationOf(request);
    const onStatus = (status: number): void => onAnswer(operation, request, status);
    await carryOut({ request, headers, answer, target, agent, onStatus }, ask(operation));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: endpoint.replace(target.origin, `http://127.0.0.1:${portOf(server.address())}`),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string')
    throw new Error('The proxy does not listen on a port.');
  return address.port;
}

async function carryOut(exchange: Exchange, fault: StorageFault | undefined): Promise<void> {
  const { request, answer } = exchange;
  if (fault === undefined) return passOn(exchange);
  if ('status' in fault) {
    const { headers, body } = refusal(request.service, fault.status, fault.code);
    answer.writeHead(fault.status, headers).end(body);
  } else if ('until' in fault) {
    await fault.until;
    await passOn(exchange);
  } else if ('loseAnswer' in fault) {
    const done = await perform(exchange);
    const body = await buffer(done);
    fault.onDone?.(hasSucceeded(done, body));
    answer.destroy();
  } else {
    if ('silentMs' in fault) await sleep(fault.silentMs);
    answer.destroy();
  }
}

async function passOn(exchange: Exchange): Promise<void> {
  const done = await perform(exchange);
  exchange.answer.writeHead(done.statusCode ?? 500, done.headers);
  done.pipe(exchange.answer);
}

async function perform({ request, headers, target, agent, onStatus }: Exchange): Promise<IncomingMessage> {
  const { hostname, port } = target;
  const { method, path, body } = request;
  const outgoing = forward({ hostname, port, method, path, headers, agent });
  outgoing.end(body);
  const [done] = (await once(outgoing, 'response')) as [IncomingMessage];
  onStatus(done.statusCode ?? 500);
  return done;
}

/** A transaction is answered with 202, and with the status of its requests in the body. */
function hasSucceeded({ statusCode = 500 }: IncomingMessage, body: Buffer): boolean {
  return statusCode < 400 && !/^HTTP\/1\.1 [45]/m.test(body.toString('latin1'));
}
