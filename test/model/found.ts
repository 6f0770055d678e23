import type { BlobAddress } from '../../shared/sinks.ts';
import { lossKey } from '../../shared/ledger/ledger-rows.ts';
import { fatesOf, placeOf } from './fates.ts';
import type { ModelMessage } from './messages.ts';
import { VERSIONS } from './messages.ts';
import { addressOf, blocksOf } from './storage.ts';
import type { World } from './world.ts';

/** A block that a decision was carried out with: it is there, retention has deleted it, or its loss was reported. */
export interface FoundBlock {
  readonly blob: BlobAddress;
  readonly id: string;
  readonly body: Buffer;
  readonly state: 'there' | 'expired' | 'lost';
}

export interface FoundLine {
  readonly recordId: string;
  readonly text: string;
  readonly reason?: string;
  /** As `placeOf` has it. */
  readonly place: string;
  readonly block: FoundBlock;
  /** Among all lines; in the order of the blob. */
  readonly position: number;
}

export async function foundBlocks({ storage }: World): Promise<FoundBlock[]> {
  const { sinks, staged, expired } = storage;
  const found: FoundBlock[] = [];
  for (const key of sinks.store.blobs.keys()) {
    const blob = addressOf(key);
    for (const block of await blocksOf(sinks, blob)) found.push({ ...block, blob, state: 'there' });
  }
  for (const { blob, blocks } of expired)
    for (const block of blocks) found.push({ ...block, blob, state: 'expired' });
  const rows = new Set([...sinks.table.rows.values()].flat().map(({ rowKey }) => rowKey));
  for (const [id, { blob, body }] of staged)
    if (rows.has(lossKey(id))) found.push({ id, body, blob, state: 'lost' });
  return found;
}

export function linesOf(blocks: readonly FoundBlock[], messages: readonly ModelMessage[]): FoundLine[] {
  const ids = idsByText(messages);
  let position = 0;
  return blocks.flatMap((block) => {
    const { container } = block.blob;
    const place = placeIn(block.blob);
    const texts = block.body.toString().split('\n').slice(0, -1);
    return texts.map((text) => ({ ...read(text, container, ids), place, block, position: position++ }));
  });
}

function placeIn({ container, name }: BlobAddress): string {
  const [, category = ''] = name.split('/');
  const days = /-r(\d+)-\d+\.ndjson$/.exec(name)?.[1];
  return placeOf({ container, category, ...(days !== undefined && { days: Number(days) }) });
}

type Read = Pick<FoundLine, 'recordId' | 'text' | 'reason'>;

function read(text: string, container: string, ids: ReadonlyMap<string, string>): Read {
  if (container === 'archive' || container === 'pass-on')
    return { recordId: ids.get(text) ?? `not a record: ${text}`, text };
  const line = JSON.parse(text) as { recordId: string; body: string; reason?: string };
  return {
    recordId: line.recordId,
    text: line.body,
    ...(line.reason !== undefined && { reason: line.reason }),
  };
}

function idsByText(messages: readonly ModelMessage[]): Map<string, string> {
  const fates = messages.flatMap((message) => VERSIONS.flatMap((version) => fatesOf(message, version)));
  return new Map(fates.map(({ text, recordId }) => [text, recordId]));
}
