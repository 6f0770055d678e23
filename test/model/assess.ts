import { messageId, partitionPath } from '../../shared/message.ts';
import { assessBlobs, assessOrder } from './assess-blobs.ts';
import { assessLedger } from './assess-ledger.ts';
import { assessRecordsHub } from './assess-records-hub.ts';
import { fatesOf, isSalvaged, placeOf } from './fates.ts';
import type { Fate } from './fates.ts';
import { foundBlocks, linesOf } from './found.ts';
import type { FoundBlock, FoundLine } from './found.ts';
import { idOf, VERSIONS } from './messages.ts';
import type { ModelMessage, Version } from './messages.ts';
import type { Problem, World } from './world.ts';

/** A message, and what the version of the code that decided has made of it. */
export interface Decided {
  readonly message: ModelMessage;
  readonly version: Version;
  readonly fates: readonly Fate[];
  readonly lines: readonly FoundLine[];
}

export interface Findings {
  readonly blocks: readonly FoundBlock[];
  readonly decided: readonly Decided[];
}

/** Holds what is there against what the hub has taken in. */
export async function assess(world: World): Promise<Problem[]> {
  const messages = world.hubs.flatMap(({ everything }) => everything);
  const blocks = await foundBlocks(world);
  const problems: Problem[] = world.storage.problems.map((detail) => ({ kind: 'storage', detail }));
  const lines = Map.groupBy(linesOf(blocks, messages), ({ recordId }) => recordId.replace(/\d+$/, ''));
  const decided: Decided[] = [];
  for (const message of messages) {
    const id = messageId(partitionPath(message.partition), { ...message, index: 0 });
    const own = lines.get(id) ?? [];
    lines.delete(id);
    const version = VERSIONS.find((each) => isAllThere(message, each, own));
    if (version !== undefined)
      decided.push({ message, version, fates: fatesOf(message, version), lines: own });
    else if (own.length > 0 || world.taken.has(message)) problems.push(wrongly(message, own));
  }
  for (const [id, of] of lines) problems.push({ kind: 'not from the hub', detail: `${id}: ${of[0]?.text}` });
  if (problems.length > 0) return problems;
  const findings = { blocks, decided };
  return [
    ...unread(world, decided),
    ...assessOrder(findings),
    ...assessBlobs(world, findings),
    ...assessLedger(world, findings),
    ...assessRecordsHub(world, findings),
  ];
}

/** All records of a message are decided on at once, so one version of the code explains where they are. */
function isAllThere(message: ModelMessage, version: Version, lines: readonly FoundLine[]): boolean {
  const expected = expectedLines(message, version);
  return (
    expected.length === lines.length && expected.join('\n') === lines.map(describeLine).toSorted().join('\n')
  );
}

function expectedLines(message: ModelMessage, version: Version): string[] {
  const kept = fatesOf(message, version).filter(({ container }) => container !== 'excluded');
  const lines = kept.map((fate) => describeLine({ ...fate, place: placeOf(fate) }));
  if (!isSalvaged(message, version)) return lines.toSorted();
  const original = { recordId: idOf(message, 0), place: 'salvaged/none', text: message.body.toString() };
  return [...lines, describeLine(original)].toSorted();
}

function describeLine({ recordId, place, text, reason = '' }: Omit<FoundLine, 'block' | 'position'>): string {
  return `${place} ${recordId} ${reason} ${text}`;
}

function wrongly(message: ModelMessage, lines: readonly FoundLine[]): Problem {
  const found = lines.map(describeLine);
  const expected = expectedLines(message, 1);
  const kind =
    new Set(found).size < found.length || found.length > expected.length
      ? 'doubled'
      : found.length < expected.length
        ? 'lost'
        : 'misplaced';
  const detail = `${idOf(message, 0)} has [${found.join(', ')}] and not [${expected.join(', ')}]`;
  return { kind, detail };
}

/** What the hub still holds has been read; if it has not, it is the model that is wrong. */
function unread({ hubs, scenario }: World, decided: readonly Decided[]): Problem[] {
  if (scenario.checkpointSurvives) return [];
  const known = new Set(decided.map(({ message }) => message));
  const left = hubs.flatMap((hub) => hub.from(hub.life, 0)).filter((message) => !known.has(message));
  return left.map((message) => ({ kind: 'never read', detail: idOf(message, 0) }));
}
