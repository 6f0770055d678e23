import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROCESS = fileURLToPath(new URL('azurite-process.ts', import.meta.url));
const SERVICES = ['Blob', 'Queue', 'Table'] as const;
type Service = (typeof SERVICES)[number];

/** The account that every Azurite has; name and key are public (https://learn.microsoft.com/azure/storage/common/storage-use-azurite). */
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** How long to wait for the three servers to listen; on an idle machine that takes under a second. */
const START_MS = 60_000;
/** How long to wait for the process to end by itself. Must be longer than its own time to flush. */
const STOP_MS = 8_000;
/** How much of what Azurite prints is kept for the message of its death. */
const OUTPUT_KEPT = 4_000;

export interface StorageOptions {
  /** Default true: nothing is written to disk, and all is gone at the end. */
  readonly inMemory?: boolean;
  /** Where the data lies if it is not in memory. */
  readonly folder?: string;
  /** 0 or none: any free port. */
  readonly ports?: { readonly blob?: number; readonly queue?: number; readonly table?: number };
  /** HTTPS, and tokens of Entra ID beside the key: files in PEM, the certificate of `localhost`. Plain HTTP without. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** In place of the key that everybody knows, in base64. */
  readonly accountKey?: string;
  /** Told once if the servers end before `close` was called, with the last that they printed. */
  readonly onDeath?: (error: Error) => void;
}

export interface Storage {
  readonly connectionString: string;
  readonly blobEndpoint: string;
  readonly queueEndpoint: string;
  readonly tableEndpoint: string;
  /** The servers' process: what a chaos run kills. */
  readonly pid: number | undefined;
  /** Ends the servers, in memory with all they hold. May be called twice. */
  readonly close: () => Promise<void>;
}

/**
 * Starts Azurite's blob, queue and table servers in a process of their own and waits until they listen.
 * Throws an Error with what Azurite printed if they don't (a port that is taken, a folder that cannot be written).
 */
export async function startStorage(options: StorageOptions = {}): Promise<Storage> {
  const { accountKey = ACCOUNT_KEY } = options;
  // A database that somebody has named for another Azurite is not for this one.
  const env = { ...process.env, AZURITE_ACCOUNTS: `${ACCOUNT}:${accountKey}`, AZURITE_DB: undefined };
  const child = fork(PROCESS, azuriteArguments(options), { silent: true, execArgv: [], env });
  const exited = once(child, 'exit');
  const output = collectOutput(child);
  const endpoints = await listening(child, output);
  let closing = false;
  child.once('exit', (code, signal) => {
    if (!closing) options.onDeath?.(deathOf(code, signal, output.text()));
  });
  return {
    ...endpoints,
    pid: child.pid,
    connectionString: connectionString(endpoints, accountKey),
    close: async () => {
      closing = true;
      await stop(child, exited);
    },
  };
}

function azuriteArguments({ inMemory, folder, ports = {}, tls }: StorageOptions): string[] {
  if (inMemory === false && folder === undefined) {
    throw new Error('Storage that is not in memory needs a folder.');
  }
  return [
    `--blobPort=${ports.blob ?? 0}`,
    `--queuePort=${ports.queue ?? 0}`,
    `--tablePort=${ports.table ?? 0}`,
    // The SDKs are updated more often than Azurite and then ask for a service version that it does not know yet.
    '--skipApiVersionCheck',
    '--silent',
    '--disableTelemetry',
    ...(inMemory === false && folder !== undefined ? ['--location', folder] : ['--inMemoryPersistence']),
    // `basic` looks at issuer, audience and times of a token, and not at its signature.
    ...(tls ? ['--cert', tls.certFile, '--key', tls.keyFile, '--oauth', 'basic'] : []),
  ];
}

function collectOutput(child: ChildProcess): { text(): string } {
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return { text: () => text };
}

type Endpoints = Pick<Storage, 'blobEndpoint' | 'queueEndpoint' | 'tableEndpoint'>;

async function listening(child: ChildProcess, output: { text(): string }): Promise<Endpoints> {
  const found = Promise.withResolvers<Endpoints>();
  const check = (): void => {
    const [blob, queue, table] = SERVICES.map((service) => address(service, output.text()));
    if (blob === undefined || queue === undefined || table === undefined) return;
    found.resolve({ blobEndpoint: blob, queueEndpoint: queue, tableEndpoint: table });
  };
  const failed = (code: number | null, signal: NodeJS.Signals | null): void => {
    found.reject(deathOf(code, signal, output.text()));
  };
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    found.reject(new Error(`Azurite did not listen within ${START_MS} ms:\n${output.text()}`));
  }, START_MS);
  child.stdout?.on('data', check);
  child.once('exit', failed);
  child.once('error', found.reject);
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
    child.stdout?.off('data', check);
    child.off('exit', failed);
  }
}

function address(service: Service, output: string): string | undefined {
  const line = new RegExp(`Azurite ${service} service is successfully listening at (https?://\\S+)\\s`);
  const origin = line.exec(output)?.[1];
  return origin === undefined ? undefined : `${origin}/${ACCOUNT}`;
}

function connectionString(endpoints: Endpoints, accountKey: string): string {
  return [
    `DefaultEndpointsProtocol=${new URL(endpoints.blobEndpoint).protocol.slice(0, -1)}`,
    `AccountName=${ACCOUNT}`,
    `AccountKey=${accountKey}`,
    `BlobEndpoint=${endpoints.blobEndpoint}`,
    `QueueEndpoint=${endpoints.queueEndpoint}`,
    `TableEndpoint=${endpoints.tableEndpoint}`,
    '',
  ].join(';');
}

function deathOf(code: number | null, signal: NodeJS.Signals | null, output: string): Error {
  return new Error(`Azurite ended (${signal ?? `exit code ${code}`}). It printed:\n${output.trim()}`);
}

/** Closing the channel tells the process to write what it has to and to end; if it hangs, it is killed. */
async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}
