import type { Expected, ExpectedLine, SentMessage } from './expected.ts';
import { expectedOf } from './expected.ts';
import type { Found, PassedOnRecord } from './found.ts';
import type { Deployment } from './messages.ts';

/** What is wrong, a sentence each: nothing, if all is as it has to be. */
export function assess(sent: readonly SentMessage[], found: Found): string[] {
  const expected = expectedOf(sent, decidersOf(sent, found));
  return [
    ...checkChains(expected, found),
    ...checkPassedOn(expected, found),
    ...checkCounts(expected, found),
    ...found.unsettled,
  ];
}

/** By what there is in the archive of the records that only one deployment keeps. Everything else has to fit to it. */
function decidersOf(sent: readonly SentMessage[], { chains }: Found): (message: SentMessage) => Deployment {
  const archived = new Set(
    [...chains].flatMap(([chain, lines]) => (chain.startsWith('archive/') ? lines : [])),
  );
  const deciders = new Map<SentMessage, Deployment>();
  for (const message of sent) {
    for (const part of message.shaped.parts) {
      if (part.fate !== 'kept' || part.by === undefined) continue;
      if (archived.has(part.line.toString('latin1'))) deciders.set(message, part.by);
    }
  }
  return (message) => deciders.get(message) ?? 'north';
}

function checkChains({ chains: expected }: Expected, { chains: found }: Found): string[] {
  const names = new Set([...expected.keys(), ...found.keys()]);
  return [...names].flatMap((chain) => checkLines(chain, expected.get(chain) ?? [], found.get(chain) ?? []));
}

function checkLines(chain: string, expected: readonly ExpectedLine[], found: readonly string[]): string[] {
  const places = new Map(expected.map(({ line }, place) => [line, place]));
  const times = new Map<string, number>();
  for (const line of found) times.set(line, (times.get(line) ?? 0) + 1);
  const missing = expected.filter(({ line }) => !times.has(line));
  const unknown = [...times.keys()].filter((line) => !places.has(line));
  const doubled = expected.filter(({ line }) => (times.get(line) ?? 0) > 1);
  const order = [...times.keys()].flatMap((line) => places.get(line) ?? []);
  const late = order.findIndex((place, i) => place < (order[i - 1] ?? -1));
  return [
    ...missing.map(({ id, line }) => `${chain}: missing ${id}: ${line}`),
    ...unknown.map((line) => `${chain}: changed, or never sent: ${line}`),
    ...doubled.map(({ id, line }) => `${chain}: there ${times.get(line)} times: ${id}: ${line}`),
    ...(late === -1 ? [] : [`${chain}: out of order: ${expected[order[late] ?? 0]?.id}`]),
  ];
}

function checkPassedOn({ passedOn: expected }: Expected, { passedOn: found }: Found): string[] {
  const ids = new Set(found.map(({ id }) => id));
  const missing = [...expected].filter(([id]) => !ids.has(id));
  const faults = found.flatMap((record) => checkRecord(record, expected));
  return [
    ...missing.map(([id, text]) => `second hub: missing ${id}: ${text}`),
    ...new Set(faults),
    ...checkOrder(expected, found),
  ];
}

function checkRecord({ id, text }: PassedOnRecord, expected: Expected['passedOn']): string[] {
  const own = expected.get(id);
  if (own === text) return [];
  if (own !== undefined) return [`second hub: changed: ${id}: ${text}`];
  const [right] = [...expected].find(([, other]) => other === text) ?? [];
  return [
    right === undefined
      ? `second hub: not to be passed on: ${id}: ${text}`
      : `second hub: under another id, ${id} and not ${right}: ${text}`,
  ];
}

/** Within a partition of the source and a category, what comes for the first time comes in order. */
function checkOrder(expected: Expected['passedOn'], found: readonly PassedOnRecord[]): string[] {
  const places = new Map([...expected.keys()].map((id, place) => [id, place]));
  const latest = new Map<string, { place: number; id: string }>();
  const seen = new Set<string>();
  const late: string[] = [];
  for (const { id, text } of found) {
    const place = places.get(id);
    if (place === undefined || seen.has(id)) continue;
    seen.add(id);
    const stream = `${id.split('/').slice(0, 3).join('/')} ${text.slice(0, text.indexOf('{'))}`;
    const before = latest.get(stream);
    if (before && place < before.place) late.push(`second hub: out of order: ${id} after ${before.id}`);
    else latest.set(stream, { place, id });
  }
  return late;
}

function checkCounts({ counts: expected }: Expected, { counts: found }: Found): string[] {
  const names = new Set([...expected.keys(), ...found.keys()]);
  return [...names].flatMap((name) => {
    const [is, should] = [found.get(name) ?? 0, expected.get(name) ?? 0];
    return is === should ? [] : [`ledger: ${name}: ${is}, and not ${should}`];
  });
}
