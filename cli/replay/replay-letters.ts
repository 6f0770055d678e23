import type { LedgerTable } from '../../shared/sinks.ts';
import type { Letter } from '../dead-letters/letter.ts';
import type { LetterGroup } from '../dead-letters/read-letters.ts';
import type { Destination } from './destination.ts';
import { markKey, readMarks, toSending, toSent } from './marks.ts';
import type { Mark } from './marks.ts';
import { MOST_WRITES } from './run-lock.ts';
import type { RunLock } from './run-lock.ts';

/** How a replay went, in letters. */
export interface ReplayCounts {
  /** That fit the filter. */
  found: number;
  /** Sent by this run; of a dry run, what would be sent. */
  sent: number;
  /** Of those, sent though they had been before. */
  again: number;
  /** Passed over: an earlier run has sent them. */
  before: number;
  /** An earlier run died as it sent them: they have arrived, as the hub shows, and are marked so now. */
  arrived: number;
  /** The same, and nobody can tell any more whether they have. Of a dry run: it has not been looked for. */
  unsure: number;
  /** Larger than the hub takes. */
  tooLarge: number;
  /** Of hubs that the settings do not name: how many of each. */
  readonly homeless: Map<string, number>;
}

export interface ReplayDeps {
  readonly table: LedgerTable;
  /** Undefined for a dry run, which sends and writes nothing. */
  readonly lock: RunLock | undefined;
  /** Undefined where the settings do not name the letter's hub. */
  readonly destinationOf: (letter: Letter) => Promise<Destination | undefined>;
  /** Waits until so many messages more may be sent. */
  readonly pace: (messages: number) => Promise<void>;
  readonly now: () => number;
  /** Sends even what was sent before, if that was earlier than this: milliseconds since 1970. */
  readonly againBefore: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (counts: Readonly<ReplayCounts>) => void;
}

const MOST_BYTES = 1024 * 1024;

export function noCounts(): ReplayCounts {
  const none = { found: 0, sent: 0, again: 0, before: 0, arrived: 0, unsure: 0, tooLarge: 0 };
  return { ...none, homeless: new Map() };
}

/** Sends letters again, in order, and marks them: before they are sent, and after it. Adds up in `counts` how far it is. */
export async function replayLetters(
  groups: AsyncIterable<LetterGroup>,
  counts: ReplayCounts,
  deps: ReplayDeps,
): Promise<void> {
  for await (const { letters } of groups) {
    for await (const { destination, ofChunk } of chunks(letters, counts, deps)) {
      if (deps.signal.aborted) return;
      await replayChunk(ofChunk, destination, counts, deps);
      deps.onProgress(counts);
    }
  }
}

interface Chunk {
  readonly destination: Destination;
  readonly ofChunk: Letter[];
}

/** Letters that follow each other to one destination: as many as one transaction marks, and no more than is to be in memory. */
async function* chunks(
  letters: AsyncIterable<Letter>,
  counts: ReplayCounts,
  { destinationOf }: ReplayDeps,
): AsyncGenerator<Chunk> {
  let open: Chunk | undefined;
  let bytes = 0;
  for await (const letter of letters) {
    counts.found++;
    const destination = await destinationOf(letter);
    if (!destination) {
      const hub = `${letter.partition.namespace}/${letter.partition.hub}`;
      counts.homeless.set(hub, (counts.homeless.get(hub) ?? 0) + 1);
      continue;
    }
    const isFull = open && (open.ofChunk.length >= MOST_WRITES || bytes + letter.bytes.length > MOST_BYTES);
    if (open && (isFull || open.destination !== destination)) {
      yield open;
      open = undefined;
    }
    if (!open) bytes = 0;
    open ??= { destination, ofChunk: [] };
    open.ofChunk.push(letter);
    bytes += letter.bytes.length;
  }
  if (open) yield open;
}

async function replayChunk(
  letters: readonly Letter[],
  destination: Destination,
  counts: ReplayCounts,
  deps: ReplayDeps,
): Promise<void> {
  const marks = await readMarks(deps.table, letters);
  const markOf = (letter: Letter): Mark | undefined => marks.get(markKey(letter));
  const open = letters.filter((letter) => markOf(letter)?.state === 'sending');
  const fates = await fatesOf(open, markOf, destination, deps);
  const due = letters.filter((letter) => isDue(letter, markOf(letter), fates, counts, deps));
  const { tooLarge, messages, send } = await destination.pack(due);
  const fitting = due.filter((letter) => !tooLarge.has(letter));
  counts.tooLarge += tooLarge.size;
  if (deps.lock && fitting.length > 0) {
    await deps.pace(messages);
    const at = { hub: destination.hub, position: await destination.position(), now: deps.now() };
    const rows = fitting.map((letter) => toSending(letter, markOf(letter), at));
    const etags = await deps.lock.write(rows);
    await send();
    await deps.lock.write(rows.map((row, i) => toSent({ ...row, etag: etags[i] ?? '' })));
  }
  counts.sent += fitting.length;
  counts.again += fitting.filter((letter) => markOf(letter)?.state === 'sent').length;
}

type Fate = 'arrived' | 'lost' | 'unsure';

/** Of letters that a run was sending when it died: what has become of them. What has arrived is marked so. */
async function fatesOf(
  letters: readonly Letter[],
  markOf: (letter: Letter) => Mark | undefined,
  destination: Destination,
  { lock }: ReplayDeps,
): Promise<Map<Letter, Fate>> {
  const fates = new Map<Letter, Fate>();
  if (!lock) return new Map(letters.map((letter) => [letter, 'unsure']));
  // Those of one run have the same position.
  const byPosition = Map.groupBy(letters, (letter) => JSON.stringify(markOf(letter)?.position));
  for (const [position, ofRun] of byPosition) {
    const arrived = await destination.idsSince(JSON.parse(position) as Mark['position']);
    for (const letter of ofRun)
      fates.set(letter, !arrived ? 'unsure' : arrived.has(letter.id) ? 'arrived' : 'lost');
  }
  const arrived = letters.filter((letter) => fates.get(letter) === 'arrived');
  const rows = arrived.map(markOf).filter((mark) => mark !== undefined);
  if (rows.length > 0) await lock.write(rows.map(toSent));
  return fates;
}

function isDue(
  letter: Letter,
  mark: Mark | undefined,
  fates: ReadonlyMap<Letter, Fate>,
  counts: ReplayCounts,
  { againBefore = -Infinity }: ReplayDeps,
): boolean {
  const fate = fates.get(letter);
  if (!mark || fate === 'lost') return true;
  if (fate === 'arrived') {
    counts.arrived++;
    return false;
  }
  if (mark.at < againBefore) return true;
  if (fate === 'unsure') counts.unsure++;
  else counts.before++;
  return false;
}
