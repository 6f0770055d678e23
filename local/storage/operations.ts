/** What the app, and the host that runs it, ask of storage, by what it means to them. */
export const STORAGE_OPERATIONS = {
  stage: 'a block is uploaded',
  commit: 'a list of blocks is committed',
  decide: 'a transaction of the ledger with counts',
  close: 'a transaction of the ledger that only replaces the head row',
  postpone: 'a transaction of the ledger that notes what a records hub has not taken',
  checkpoint: 'how far a partition has been read',
  ownership: 'who reads a partition',
  read: 'blobs or rows are read',
  write: 'everything else',
} as const;

export type StorageOperationKind = keyof typeof STORAGE_OPERATIONS;

export interface StorageOperation {
  readonly service: 'blob' | 'table';
  readonly kind: StorageOperationKind;
  /** With the query. */
  readonly path: string;
  /** The source-hub partition that it is about, where it can be told. */
  readonly partition: string | undefined;
}

export interface StorageRequest {
  readonly service: 'blob' | 'table';
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: Buffer;
}

/** Tells what a request is for. */
export function operationOf(request: StorageRequest): StorageOperation {
  const { service, path } = request;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const found = isRead ? { kind: 'read' as const } : service === 'blob' ? ofBlobs(path) : ofTables(request);
  return { service, path, partition: undefined, ...found };
}

type Found = Pick<StorageOperation, 'kind'> & Partial<Pick<StorageOperation, 'partition'>>;

/** `/<account>/azure-webjobs-eventhub/<namespace>/<hub>/<consumer group>/checkpoint/<partition>` */
const HOSTS_OWN = /\/azure-webjobs-eventhub\/.*\/(checkpoint|ownership)\/(\d+)(?:\?|$)/;

/** By the query's `comp`. */
const COMPONENTS: Readonly<Record<string, StorageOperationKind>> = { block: 'stage', blocklist: 'commit' };

function ofBlobs(path: string): Found {
  const [, own, partition] = HOSTS_OWN.exec(decodeURIComponent(path)) ?? [];
  if (own === 'checkpoint' || own === 'ownership') return { kind: own, partition };
  const { pathname, searchParams } = new URL(path, 'http://storage');
  const kind = COMPONENTS[searchParams.get('comp') ?? ''] ?? 'write';
  return { kind, partition: /-p(\d+)-[^/]*$/.exec(pathname)?.[1] };
}

/** Requests within a transaction have keys in their paths, or, where a row is new, in their bodies. */
function ofTables({ path, body }: StorageRequest): Found {
  if (!path.includes('/$batch')) return { kind: 'write' };
  const text = decodeURIComponent(body.toString('latin1'));
  const rows = keysIn(text, 'RowKey');
  const partition = keysIn(text, 'PartitionKey')[0]?.split('~').at(2);
  if (rows.some((row) => row.startsWith('minute-'))) return { kind: 'decide', partition };
  if (!rows.includes('head')) return { kind: 'write', partition };
  return { kind: rows.some((row) => row.startsWith('backlog-')) ? 'postpone' : 'close', partition };
}

function keysIn(text: string, name: 'PartitionKey' | 'RowKey'): string[] {
  return [...text.matchAll(new RegExp(`${name}(?:='|":"?)([^'"]*)`, 'g'))].map(([, key = '']) => key);
}
