import type { Alerts } from './alert.ts';
import type { BlockCodec } from './block-codec.ts';
import { categoryRecord } from './category-record.ts';
import type { CategoryRecord } from './category-record.ts';
import type { HandlerFailures } from './handler-failures.ts';
import type { Log } from './log.ts';
import type { Batch, Message } from './message.ts';
import { categoryFunctionsFor } from './on-category.ts';
import type { CategoryContext, CategoryFunction } from './on-category.ts';
import { readBlock } from './read-block.ts';
import type { BlobStore } from './sinks.ts';
import { split } from './split.ts';

/** A message of the second hub, with the properties that `pack` gave it. */
export interface RecordsMessage extends Message {
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface RecordsBatch extends Batch {
  readonly messages: readonly RecordsMessage[];
}

export interface CategoryFunctionsDeps {
  readonly store: BlobStore;
  readonly codec: BlockCodec;
  readonly alerts: Alerts;
  readonly failures: HandlerFailures;
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Waits between the tries of a function, in milliseconds. After the last try its records are dead letters. */
export const RETRY_DELAYS = [200, 1_000, 5_000];

/** Hands each message's records to every function of their category. A function that fails holds up no other. */
export async function callCategoryFunctions(batch: RecordsBatch, deps: CategoryFunctionsDeps): Promise<void> {
  for (const message of batch.messages) {
    const { source, category } = message.properties;
    const functions = categoryFunctionsFor(String(source), String(category));
    if (functions.length === 0) continue;
    const records = await recordsOf(message, deps);
    for (const one of functions) await callOne(one, records, batch, message, deps);
  }
}

async function callOne(
  { name, handler }: CategoryFunction,
  records: readonly CategoryRecord[],
  batch: RecordsBatch,
  message: RecordsMessage,
  deps: CategoryFunctionsDeps,
): Promise<void> {
  const { alerts, log } = deps;
  const context: CategoryContext = { name, log, alert: (record, alert) => alerts.raise(name, record, alert) };
  for (let tries = 0; ; tries++) {
    try {
      await handler(records, context);
      return;
    } catch (error) {
      const delay = RETRY_DELAYS[tries];
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (delay === undefined) {
        log(
          'error',
          `Category function ${name} failed ${tries + 1} times; its records are dead letters. ${reason}`,
        );
        await deps.failures.keep(name, records, reason, batch.partition, message);
        return;
      }
      log('warn', `Category function ${name} failed, and will be called again in ${delay} ms. ${reason}`);
      await deps.sleep(delay);
    }
  }
}

async function recordsOf(
  { body, properties }: RecordsMessage,
  deps: CategoryFunctionsDeps,
): Promise<CategoryRecord[]> {
  const ids = textsIn(properties['recordIds']);
  const keys = textsIn(properties['recordKeys']);
  const slices = properties['pointer'] === true ? [await pointedAt(body, deps)] : slicesOf(body);
  return slices.map((bytes, i) =>
    categoryRecord({
      id: ids[i] ?? '',
      key: keys[i],
      category: `${String(properties['source'])}/${String(properties['category'])}`,
      valid: properties['valid'] !== false,
      bytes,
    }),
  );
}

function slicesOf(body: Buffer): readonly Buffer[] {
  const parts = split(body);
  if ('reason' in parts)
    throw new Error(`A message on the records hub is not one of Sluice's: ${parts.detail}`);
  return parts.members;
}

/** A record that was too large for the hub. */
async function pointedAt(body: Buffer, deps: CategoryFunctionsDeps): Promise<Buffer> {
  const { pointer } = JSON.parse(body.toString()) as { pointer: Pointer };
  const lines = await readBlock({ container: pointer.container, name: pointer.blob }, pointer.block, deps);
  const line = lines[pointer.line];
  if (!line)
    throw new Error(`The record that a message points at is not in ${pointer.container}/${pointer.blob}.`);
  return line.bytes;
}

interface Pointer {
  readonly container: string;
  readonly blob: string;
  readonly block: string;
  readonly line: number;
}

function textsIn(property: unknown): (string | undefined)[] {
  const found: unknown = typeof property === 'string' ? JSON.parse(property) : [];
  return Array.isArray(found)
    ? found.map((text: unknown) => (typeof text === 'string' ? text : undefined))
    : [];
}
