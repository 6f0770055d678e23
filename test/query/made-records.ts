import { createCast } from '../../cli/sample/cast.ts';
import { toJson, noGap } from '../../cli/sample/json.ts';
import type { JsonObject, Json } from '../../cli/sample/json.ts';
import { setScene } from '../../cli/sample/product.ts';
import { createRandom } from '../../cli/sample/random.ts';
import { makerOf, PRODUCTS } from '../../cli/sample/selection.ts';
import type { Message } from '../../shared/message.ts';
import { MINUTE } from '../../shared/time.ts';
import { SOURCES } from '../../shared/judge/verdict.ts';
import { envelopeOf } from '../support/messages.ts';

/** A record as `sluice sample` makes it, but for what a test says of it. */
export interface MadeRecord {
  readonly time: number;
  readonly category: string;
  readonly text: string;
}

const random = createRandom(41);
const cast = createCast(random);

/** `time` is the event time, as `2026-11-20T10:00:00Z`. */
export function made(category: string, time: string, changes: JsonObject = {}): MadeRecord {
  const [first, name = ''] = category.split('/');
  const source = SOURCES.find((known) => known === first) ?? 'unknown';
  const at = Date.parse(time);
  const record = makerOf(PRODUCTS[source], name)(setScene(random, cast, at));
  return { time: at, category, text: toJson(changed(record, changes), noGap) };
}

function changed(record: JsonObject, changes: JsonObject): JsonObject {
  const entries = Object.entries(changes).map(([name, change]) => {
    const before = record[name];
    return [name, isObject(before) && isObject(change) ? changed(before, change) : change] as const;
  });
  return { ...record, ...Object.fromEntries(entries) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A message each, that comes in a minute later; GitHub puts nothing around a record. */
export function messagesWith(records: readonly MadeRecord[], first = 0): Message[] {
  return records
    .toSorted((a, b) => a.time - b.time)
    .map(({ time, category, text }, i) => ({
      sequenceNumber: first + i,
      enqueuedTime: time + MINUTE,
      body: Buffer.from(category.startsWith('github/') ? text : envelopeOf(text)),
    }));
}
