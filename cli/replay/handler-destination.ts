import type { LineSpan } from '../../shared/blocks/draft.ts';
import { parseRecordId } from '../../shared/message.ts';
import type { Partition } from '../../shared/message.ts';
import { partitionKeyOf } from '../../shared/names.ts';
import { pack } from '../../shared/pass-on/pack.ts';
import type { Packed } from '../../shared/pass-on/pack.ts';
import { stretches } from '../../shared/pass-on/pass-on.ts';
import { REPLAY_FOR, REPLAY_OF } from '../../shared/category-functions/replay-properties.ts';
import type { RecordsHub } from '../../shared/sinks.ts';
import type { Judge } from '../../shared/take-apart/take-apart.ts';
import { alone } from '../../shared/judge/span.ts';
import type { Category } from '../../shared/judge/verdict.ts';
import { categoryOfLetter } from '../dead-letters/letter.ts';
import type { Letter } from '../dead-letters/letter.ts';
import type { Destination, Shipment } from './destination.ts';
import type { HubWatch } from './hub-watch.ts';

export interface HandlerDestinationDeps {
  readonly recordsHub: RecordsHub;
  readonly messageBytes: number;
  readonly judge: Judge;
  readonly categoryOf: (source: string, name: string) => Category;
  readonly now: () => number;
}

/** What says for whom a message is, and what it repeats, has to fit beside the records that `pack` counts. */
const ROOM_FOR_LINKS = 16 * 1024;

/** A records hub: the records that a category function failed on go there as messages for that function alone. */
export function handlerDestination(
  namespace: string,
  hub: string,
  watch: HubWatch,
  deps: HandlerDestinationDeps,
): Destination {
  async function packLetters(letters: readonly Letter[]): Promise<Shipment> {
    const most = (await deps.recordsHub.maxMessageBytes(hub)) - ROOM_FOR_LINKS;
    const tooLarge = new Set(letters.filter((letter) => !fits(letter, most)));
    const packed = alike(letters.filter((letter) => !tooLarge.has(letter))).flatMap((ofOne) =>
      packAlike(ofOne, most, deps),
    );
    const send = async (): Promise<void> => {
      for (const { partitionKey, messages } of stretches(packed))
        await deps.recordsHub.send(hub, partitionKey, messages);
    };
    return { tooLarge, messages: packed.length, send };
  }

  return {
    hub: `${namespace}/${hub}`,
    pack: packLetters,
    position: () => watch.position(),
    idsSince: (position) => watch.idsSince(position),
  };
}

/** Ids and keys of one record, and what AMQP adds. */
const BESIDE_A_RECORD = 4 * 1024;

function fits({ bytes }: Letter, most: number): boolean {
  return bytes.length + BESIDE_A_RECORD <= most;
}

/** Letters that follow each other, of one function, category and source partition. */
function alike(letters: readonly Letter[]): Letter[][] {
  const found: Letter[][] = [];
  let before = '';
  for (const letter of letters) {
    const kind = JSON.stringify([
      letter.handler,
      categoryOfLetter(letter),
      partitionKeyOf(originOf(letter).partition),
    ]);
    if (kind === before) found.at(-1)?.push(letter);
    else found.push([letter]);
    before = kind;
  }
  return found;
}

/** Packed as records always are, and each message with the failures that it repeats. */
function packAlike(letters: readonly Letter[], most: number, deps: HandlerDestinationDeps): Packed[] {
  const [first] = letters;
  if (!first) return [];
  const packed = pack(
    letters.map((letter) => recordOf(letter, deps.judge)),
    {
      partition: originOf(first).partition,
      category: deps.categoryOf(first.source, first.category),
      whereabouts: { container: '', blob: '', block: '' },
      ingestedAt: new Date(deps.now()).toISOString(),
      messageBytes: Math.min(deps.messageBytes, most),
      maxMessageBytes: most,
    },
  );
  let packedBefore = 0;
  return [...packed].map(({ partitionKey, message }) => {
    const records = Number(message.properties['count']);
    const repeated = letters.slice(packedBefore, (packedBefore += records)).map(({ id }) => id);
    const links = { [REPLAY_FOR]: first.handler ?? '', [REPLAY_OF]: JSON.stringify(repeated) };
    return { partitionKey, message: { ...message, properties: { ...message.properties, ...links } } };
  });
}

function recordOf(letter: Letter, judge: Judge): LineSpan {
  const { recordKey, partitionKey, label, problems = [] } = judge(letter.bytes) ?? {};
  const { origin } = originOf(letter);
  const flags = { valid: problems.length === 0, salvaged: false, forward: true };
  return { bytes: letter.bytes, ...origin, ...flags, ...alone(letter.bytes, recordKey), partitionKey, label };
}

/** Where the record itself stood, in a source hub; a letter of a function is filed by where it was delivered. */
function originOf({ recordId, partition, origin }: Letter): {
  partition: Partition;
  origin: Letter['origin'];
} {
  return parseRecordId(recordId) ?? { partition, origin };
}
