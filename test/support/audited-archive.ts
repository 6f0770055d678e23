import { audit } from '../../shared/audit/audit.ts';
import type { AuditDeps, AuditQuestion } from '../../shared/audit/audit.ts';
import { describe } from '../../shared/audit/describe.ts';
import type { Finding } from '../../shared/audit/findings.ts';
import type { AuditReport } from '../../shared/audit/report.ts';
import { azureArchiveReader } from '../../shared/azure/archive-reader.ts';
import { blockCodec } from '../../shared/blocks/block-codec.ts';
import { categoryRecord } from '../../shared/category-record.ts';
import { handlerFailures } from '../../shared/category-functions/handler-failures.ts';
import type { Message, Partition } from '../../shared/message.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import { ingest } from '../../shared/pipeline.ts';
import type { PipelineDeps } from '../../shared/pipeline.ts';
import type { Rule } from '../../shared/rules.ts';
import type {
  BlobAddress,
  CommitOptions,
  CommittedBlock,
  Entity,
  EntityValue,
  LedgerTable,
} from '../../shared/sinks.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { memoryRecordsHub } from '../../local/memory-sinks.ts';
import type { AzuriteSinks } from '../sinks/azurite.ts';
import { depsOver } from './deps.ts';
import {
  envelopeOf,
  invalidRecord,
  messagesOf,
  PARTITION,
  recordOf,
  START,
  validRecord,
} from './messages.ts';

export const SECOND: Partition = { ...PARTITION, id: '1' };

/** The hours that an ordinary archive holds. */
export const HOURS = { from: START - 11 * MINUTE, to: START + 4 * HOUR };

/** An archive in storage, written by the pipeline, in which a test can break things and ask what the audit makes of it. */
export interface AuditedArchive {
  readonly table: LedgerTable;
  take(messages: readonly Message[], partition?: Partition, overrides?: Partial<PipelineDeps>): Promise<void>;
  audit(question?: Partial<AuditQuestion>, deps?: Partial<AuditDeps>): Promise<AuditReport>;
  /** Names of the blobs of a container, in order. */
  blobs(container: string): Promise<string[]>;
  blocks(blob: BlobAddress): Promise<readonly CommittedBlock[]>;
  read(blob: BlobAddress): Promise<Buffer>;
  /** As somebody else may do it, with every right. */
  remove(blob: BlobAddress): Promise<void>;
  upload(blob: BlobAddress, body: Buffer): Promise<void>;
  /** Commits these blocks and no others. */
  commit(blob: BlobAddress, blocks: readonly { readonly id: string; readonly body: Buffer }[]): Promise<void>;
  /** A block's bytes, by its place in the list. */
  bodies(blob: BlobAddress): Promise<{ id: string; body: Buffer }[]>;
  rows(prefix: string, partition?: Partition): Promise<Entity[]>;
  editRow(
    rowKey: string,
    values: Readonly<Record<string, EntityValue>>,
    partition?: Partition,
  ): Promise<void>;
  deleteRow(rowKey: string, partition?: Partition): Promise<void>;
  addRow(rowKey: string, values: Readonly<Record<string, EntityValue>>, partition?: Partition): Promise<void>;
}

let tables = 0;

/** An archive of its own, in a storage that has none. */
export async function auditedArchive(
  azurite: AzuriteSinks,
  tableName = `ledger${++tables}`,
): Promise<AuditedArchive> {
  const { blobs, store } = azurite;
  for await (const { name } of blobs.listContainers()) await blobs.deleteContainer(name);
  const table = azurite.table(tableName);
  const sinks = { store, table, recordsHub: memoryRecordsHub() };
  const clientOf = ({ container, name }: BlobAddress) =>
    blobs.getContainerClient(container).getBlockBlobClient(name);

  async function take(
    messages: readonly Message[],
    partition = PARTITION,
    overrides: Partial<PipelineDeps> = {},
  ): Promise<void> {
    await ingest({ partition, messages }, depsOver(sinks, { ...ORDINARY, ...overrides }));
  }

  async function blocks(blob: BlobAddress): Promise<readonly CommittedBlock[]> {
    return (await store.state(blob)).blocks;
  }

  async function read(blob: BlobAddress): Promise<Buffer> {
    return clientOf(blob).downloadToBuffer();
  }

  async function change(
    write: Parameters<LedgerTable['transact']>[1][number],
    partition: Partition,
  ): Promise<void> {
    const outcome = await table.transact(partitionKeyOf(partition), [write]);
    if (outcome === 'changed') throw new Error(`The row ${write.rowKey} is not as the test expects.`);
  }

  return {
    table,
    take,
    audit: async (question = {}, deps = {}) =>
      audit({ ...HOURS, deep: true, ...question }, { table, archive: azureArchiveReader(blobs), ...deps }),
    blobs: async (container) => {
      const names: string[] = [];
      for await (const { name } of blobs.getContainerClient(container).listBlobsFlat()) names.push(name);
      return names;
    },
    blocks,
    read,
    remove: async (blob) => {
      await clientOf(blob).delete();
    },
    upload: async (blob, body) => {
      await clientOf(blob).upload(body, body.length);
    },
    commit: async (blob, bodies) => {
      const state = await store.state(blob);
      for (const { id, body } of bodies) await store.stage(blob, id, body);
      const options: CommitOptions = { ...PLAIN, ifMatch: state.etag, metadata: state.metadata };
      await store.commit(
        blob,
        bodies.map(({ id }) => id),
        options,
      );
    },
    bodies: async (blob) => {
      const whole = await read(blob);
      let at = 0;
      return (await blocks(blob)).map(({ id, size }) => ({ id, body: whole.subarray(at, (at += size)) }));
    },
    rows: async (prefix, partition = PARTITION) => {
      const rows: Entity[] = [];
      for await (const row of table.query(partitionKeyOf(partition), prefix, `${prefix}\uffff`))
        rows.push(row);
      return rows;
    },
    editRow: async (rowKey, values, partition = PARTITION) => {
      const row = await table.get(partitionKeyOf(partition), rowKey);
      await change({ rowKey, ifMatch: row?.etag, values: { ...row?.values, ...values } }, partition);
    },
    deleteRow: (rowKey, partition = PARTITION) => change({ rowKey, delete: true }, partition),
    addRow: (rowKey, values, partition = PARTITION) =>
      change({ rowKey, ifMatch: undefined, values }, partition),
  };
}

const PLAIN = { metadata: {}, tags: {}, contentType: 'application/gzip' };

const RULES: Readonly<Record<string, Rule>> = {
  'unknown/OnlyPassedOn': { name: 'not-kept', archive: false, forward: true, retentionDays: undefined },
  'unknown/LeftOut': { name: 'left-out', archive: false, forward: false, retentionDays: undefined },
};

/** Some records of a category have days of their own. */
const SHORT: Rule = { name: 'short', archive: true, forward: true, retentionDays: 30 };

const ORDINARY: Partial<PipelineDeps> & { blocksPerBlob: number } = {
  blocksPerBlob: 3,
  chooseRule: (category, record) => (record.includes('"short":true') ? SHORT : RULES[category.key]),
};

/** Six messages with a bit of everything, a second apart. */
export function ordinaryBodies(n: number): string[] {
  return [
    envelopeOf(
      validRecord('entra', 'SignInLogs'),
      recordOf('A', { n }),
      invalidRecord('entra', 'SignInLogs'),
    ),
    envelopeOf(
      recordOf('A', { n, short: true }),
      recordOf('OnlyPassedOn', { n }),
      recordOf('LeftOut', { n }),
    ),
    'garbage',
    `{"records":[${recordOf('A', { n, text: 'cut' })},{"category":"A","n":`,
    '{"records":[]}',
    recordOf('../a b', { n }),
  ];
}

/**
 * An ordinary archive: two partitions, three hours and the turns between them, blobs that are sealed, dead letters, originals of salvaged
 * messages, records left out by a rule or only passed on, batches that come again, and the failures of a category function.
 */
export async function fillOrdinary(archive: AuditedArchive, sinks: AzuriteSinks): Promise<void> {
  for (const partition of [PARTITION, SECOND]) {
    for (let batch = 0; batch < 6; batch++) {
      const numbering = { first: batch * 6, start: START + batch * 23 * MINUTE, step: (10 * MINUTE) / 6 };
      const messages = messagesOf(ordinaryBodies(batch), numbering);
      await archive.take(messages, partition);
      // It comes again, with other boundaries.
      if (batch === 4) await archive.take(messages.slice(2), partition);
    }
  }
  await keepFailure(sinks);
}

async function keepFailure({ store }: AzuriteSinks): Promise<void> {
  const [message] = messagesOf([recordOf('A')]);
  if (!message) return;
  const facts = { id: 'contoso/logs/0/x/0/0', key: undefined, category: 'unknown/A', valid: true };
  const failures = handlerFailures({ store, codec: blockCodec('gzip'), retentionDays: 30 });
  await failures.keep(
    'risky',
    [categoryRecord({ ...facts, bytes: message.body })],
    'it failed',
    PARTITION,
    message,
  );
}

/** Five batches in the hour from 10, a minute apart, and one in the hour after; the blobs of the first hour are two. */
export async function fillSmall(archive: AuditedArchive): Promise<void> {
  for (let batch = 0; batch < 6; batch++) {
    const start = START + (batch < 5 ? batch * MINUTE : HOUR);
    const bodies = [
      envelopeOf(recordOf('A', { n: batch }), recordOf('B', { n: batch })),
      recordOf('A', { n: batch }),
    ];
    await archive.take(messagesOf(bodies, { first: batch * 2, start }));
  }
}

/** The blobs of the small archive. */
export const BLOBS = {
  first: blobOf('A', 10, 1),
  second: blobOf('A', 10, 2),
  next: blobOf('A', 11, 1),
  b: blobOf('B', 10, 1),
};

export function blobOf(category: string, hour: number, no: number): BlobAddress {
  return {
    container: 'archive',
    name: `unknown/${category}/y=2026/m=11/d=20/h=${hour}/contoso-logs-p0-${no}.ndjson.gz`,
  };
}

/** The kinds of what was found, each as often as it was. */
export function kindsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ kind }) => kind);
}

export function sentencesOf(findings: readonly Finding[]): string[] {
  return findings.map((finding) => {
    const { where, what } = describe(finding);
    return `${where}: ${what}`;
  });
}
