import type { Alerts, RaisedAlert } from './alert.ts';
import { categoryRecord } from '../category-record.ts';
import type { CategoryRecord } from '../category-record.ts';
import { FailedRecords } from './failed-records.ts';
import type { HandlerFailures } from './handler-failures.ts';
import type { Log } from '../log.ts';
import type { Batch, Message, Partition } from '../message.ts';
import { categoryFunctionsFor } from '../on-category.ts';
import type { CategoryContext, CategoryFunction } from '../on-category.ts';
import { readLine } from '../blocks/read-block.ts';
import { REPLAY_FOR, REPLAY_OF } from './replay-properties.ts';
import type { BlobStore } from '../sinks.ts';
import { split } from '../take-apart/split.ts';
import type { State } from './state.ts';

/** A message of the second hub, with the properties that `pack` gave it. */
export interface RecordsMessage extends Message {
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface RecordsBatch extends Batch {
  readonly messages: readonly RecordsMessage[];
}

export interface CategoryFunctionsDeps {
  readonly store: BlobStore;
  readonly alerts: Alerts;
  /** What a function of this name keeps. */
  readonly stateOf: (functionName: string) => State;
  readonly failures: HandlerFailures;
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Waits between the tries of a function, in milliseconds. After the last try its records are dead letters. */
export const RETRY_DELAYS: readonly number[] = [200, 1_000, 5_000];

/** What one function is to be handed of one message. */
interface Share {
  readonly message: RecordsMessage;
  readonly records: readonly CategoryRecord[];
  /** Where the message is a replay: the failures that it repeats. */
  readonly replayOf: readonly (string | undefined)[];
}

/**
 * Hands each message's records to every function of their category: the functions side by side, each in the order of the messages,
 * so that one that fails holds up no other. Throws an Error only where storage fails.
 */
export async function callCategoryFunctions(batch: RecordsBatch, deps: CategoryFunctionsDeps): Promise<void> {
  const shares = new Map<CategoryFunction, Share[]>();
  for (const message of batch.messages) {
    const functions = functionsFor(message);
    const share = functions.length > 0 ? await shareOf(message, deps) : undefined;
    if (!share) continue;
    for (const one of functions) shares.set(one, [...(shares.get(one) ?? []), share]);
  }
  const calls = [...shares].map(([one, ofOne]) => callInTurn(one, ofOne, batch.partition, deps));
  // All are waited for: what is still running when an invocation fails would run beside its retry.
  const failed = (await Promise.allSettled(calls)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** A replay is for the function that failed on it, and no other has to do with it. */
function functionsFor({ properties }: RecordsMessage): readonly CategoryFunction[] {
  const { source, category, [REPLAY_FOR]: wanted } = properties;
  const functions = categoryFunctionsFor(String(source), String(category));
  if (typeof wanted !== 'string') return functions;
  const found = functions.find(({ name }) => name === wanted);
  return [found ?? { name: wanted, patterns: [], handler: failsAsMissing }];
}

/** So that what was to be repeated is a dead letter as before, and not forgotten. */
function failsAsMissing(): never {
  throw new Error('No function of the category has this name.');
}

/** Once it has failed at every try, a function gets one try a message until it succeeds again, or a batch would outlast its invocation. */
async function callInTurn(
  { name, handler }: CategoryFunction,
  shares: readonly Share[],
  partition: Partition,
  deps: CategoryFunctionsDeps,
): Promise<void> {
  const state = deps.stateOf(name);
  let delays = RETRY_DELAYS;
  for (const { message, records, replayOf } of shares) {
    const call = () => callOnce(records, { name, handler, state }, deps);
    const failure = await callWithRetries(call, name, delays, deps);
    delays = failure === undefined ? RETRY_DELAYS : [];
    if (failure !== undefined) {
      const { reason, failed } = failure;
      await deps.failures.keep(name, records, reason, partition, message, { replayOf, failed });
    }
  }
}

/** Nobody is told of an alert before all are written down: a webhook that is down keeps none of them out of the table. */
async function callOnce(
  records: readonly CategoryRecord[],
  { name, handler, state }: Pick<CategoryFunction, 'name' | 'handler'> & { readonly state: State },
  { alerts, log }: CategoryFunctionsDeps,
): Promise<void> {
  const raised = new Map<string, RaisedAlert>();
  const alert: CategoryContext['alert'] = async (record, what) => {
    const written = await alerts.raise(name, record, what);
    raised.set(written.id, written);
  };
  await handler(records, { name, log, state, alert });
  for (const one of raised.values()) await alerts.notify(one);
}

interface Failure {
  readonly reason: string;
  /** All of them, unless given. */
  readonly failed?: ReadonlySet<CategoryRecord>;
}

/** Answers why the last try failed; undefined when one succeeded. */
async function callWithRetries(
  call: () => Promise<void>,
  name: string,
  delays: readonly number[],
  { log, sleep }: CategoryFunctionsDeps,
): Promise<Failure | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      await call();
      return undefined;
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (error instanceof FailedRecords) {
        log(
          'error',
          `Category function ${name} failed on ${error.records.size} records, which are dead letters. ${reason}`,
        );
        return { reason: error.message, failed: error.records };
      }
      const delay = delays[tries - 1];
      if (delay === undefined) {
        log(
          'error',
          `Category function ${name} failed ${tries} times; its records are dead letters. ${reason}`,
        );
        return { reason };
      }
      log('warn', `Category function ${name} failed, and will be called again in ${delay} ms. ${reason}`);
      await sleep(delay);
    }
  }
}

/** Undefined for a message that no waiting would mend: it is not one of Sluice's, or points at what is gone from the archive. */
async function shareOf(
  message: RecordsMessage,
  { store, log }: CategoryFunctionsDeps,
): Promise<Share | undefined> {
  const found = contentOf(message);
  const slices = 'pointer' in found ? await pointedAt(found.pointer, store) : found;
  if ('fault' in slices) {
    log('error', `Message ${message.sequenceNumber} of the records hub is passed over: ${slices.fault}`);
    return undefined;
  }
  const { ids, keys, replayOf } = found;
  const { source, category, valid } = message.properties;
  const facts = { category: `${String(source)}/${String(category)}`, valid: valid !== false };
  const records = slices.members.map((bytes, i) =>
    categoryRecord({ ...facts, id: ids[i] ?? '', key: keys[i], bytes }),
  );
  return { message, records, replayOf };
}

type Slices = { readonly members: readonly Buffer[] } | { readonly fault: string };
type Content = (Slices | { readonly pointer: Pointer }) &
  Readonly<Record<'ids' | 'keys' | 'replayOf', readonly (string | undefined)[]>>;

/** Whoever may send to the records hub can send anything to it. */
function contentOf({ body, properties }: RecordsMessage): Content {
  try {
    const lists = {
      ids: textsIn(properties['recordIds']),
      keys: textsIn(properties['recordKeys']),
      replayOf: textsIn(properties[REPLAY_OF]),
    };
    if (properties['pointer'] === true)
      return { ...lists, pointer: (JSON.parse(body.toString()) as { pointer: Pointer }).pointer };
    const parts = split(body);
    return {
      ...lists,
      ...('reason' in parts ? { fault: parts.detail } : { members: parts.map(({ bytes }) => bytes) }),
    };
  } catch (error) {
    return { ids: [], keys: [], replayOf: [], fault: String(error) };
  }
}

/** A record that was too large for the hub. */
async function pointedAt({ container, blob, block, line }: Pointer, store: BlobStore): Promise<Slices> {
  const bytes = await readLine({ container, name: blob }, block, line, store);
  return bytes
    ? { members: [bytes] }
    : { fault: `the record that it points at is gone from ${container}/${blob}.` };
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
