import { createCast } from './cast.ts';
import { FAULTS } from './faults.ts';
import { draft, type SampleMessage, type Studio } from './message.ts';
import { createRandom } from './random.ts';
import { select, type Selected } from './selection.ts';
import { wrapped } from './wrapping.ts';

export interface SampleOptions {
  /** The same seed gives the same bytes. */
  readonly seed: number;
  /** Event time of the first record, in milliseconds since 1970 UTC. */
  readonly start: number;
  readonly messages: number;
  /** The share of messages with a fault, 0 to 1, spread evenly. */
  readonly faults: number;
  /** Names out of `FAULTS`, which the stream goes through in this order; all of them, unless given. */
  readonly faultKinds?: readonly string[];
  /** `entra/SignInLogs`, `entra/*`: every category of every product, unless given. */
  readonly categories?: readonly string[] | undefined;
  /** Records per message on average, but for GitHub, whose messages hold one; left to each product, unless given. */
  readonly meanRecords?: number | undefined;
  /** Event times are those of so many messages a second; a little time passes between records, unless given. */
  readonly messagesPerSecond?: number | undefined;
  /** Only messages that fit on a line of NDJSON: not empty, without line breaks, not packed. */
  readonly onLines?: boolean;
}

/** How often messages come from each product, set against the others. */
const WEIGHTS = { activity: 2, entra: 3, intune: 1, defender: 3, github: 2, unknown: 0 } as const;

/** Messages that hold records of more than one product, and of none of them. */
const MIXED_SHARE = 0.08;
/** So that there are good records around a bad one. */
const LEAST_RECORDS_BESIDE_FAULT = 3;

const LONGEST_STEP_MS = 400;
const SECOND_MS = 1_000;
/** More records than a message usually holds: one that comes later is of a later time. */
const STEPS_IN_A_MESSAGE = 100;

/**
 * Messages as the five products send them to event hubs, some of them faulty, each with what should come of it.
 * Throws a UsageError for a category that there is not.
 */
export function* sampleStream(options: SampleOptions): Generator<SampleMessage> {
  const { start, messages, messagesPerSecond } = options;
  const studio = createStudio(options);
  const next = messageMaker(studio, options);
  const between = SECOND_MS / (messagesPerSecond ?? Infinity);
  for (let sent = 0; sent < messages; sent++) {
    if (messagesPerSecond !== undefined) studio.clock = start + sent * between;
    const shareBefore = Math.floor(sent * options.faults);
    const isFaulty = Math.floor((sent + 1) * options.faults) > shareBefore;
    yield options.onLines ? nextOnLine(next, isFaulty) : next(isFaulty);
  }
}

function createStudio({ seed, start, meanRecords, messagesPerSecond }: SampleOptions): Studio {
  const random = createRandom(seed);
  const step = messagesPerSecond && SECOND_MS / messagesPerSecond / STEPS_IN_A_MESSAGE;
  return {
    random,
    cast: createCast(random),
    meanRecords,
    longestStep: Math.min(step ?? Infinity, LONGEST_STEP_MS),
    clock: start,
    delivered: new Map(),
  };
}

/** Makes good messages, and faulty ones with each kind of fault in turn. */
function messageMaker(studio: Studio, options: SampleOptions): (isFaulty: boolean) => SampleMessage {
  const selected = select(options.categories);
  const products = selected.flatMap((one) => Array<Selected>(WEIGHTS[one.product.source]).fill(one));
  // What no product claims comes alone only where nothing else is asked for.
  const framing = products.length > 0 ? products : selected;
  const strangers = selected.filter(({ product }) => product.source === 'unknown');
  const { random } = studio;
  // What no product claims is never invalid.
  const isSpoilable = framing.some(({ product }) => product.spoilers.length > 0);
  const kinds = (options.faultKinds ?? Object.keys(FAULTS)).filter(
    (kind) => isSpoilable || kind !== 'invalidRecord',
  );
  let faulty = 0;

  function goodMessage(): SampleMessage {
    const product = random.pick(framing);
    if (!random.chance(MIXED_SHARE)) return wrapped(draft(studio, [product]), random);
    return wrapped(draft(studio, [product, random.pick(framing), ...strangers]), random);
  }

  function faultyMessage(): SampleMessage {
    const name = kinds[faulty++ % kinds.length] ?? '';
    const fault = FAULTS[name];
    if (!fault) throw new RangeError(`There is no fault ${name} in a sample.`);
    const message = draft(studio, [random.pick(framing)], LEAST_RECORDS_BESIDE_FAULT);
    return { ...fault(message, random), fault: name };
  }

  return (isFaulty) => (isFaulty ? faultyMessage() : goodMessage());
}

function nextOnLine(next: (isFaulty: boolean) => SampleMessage, isFaulty: boolean): SampleMessage {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const message = next(isFaulty);
    if (fitsOnLine(message)) return message;
  }
  throw new RangeError('None of the messages asked for fits on a line.');
}

/** A message in ten has line breaks, and an empty one is never on a line. */
const MOST_TRIES = 100;

function fitsOnLine({ body }: SampleMessage): boolean {
  return body.length > 0 && !LINE_BREAKS.some((byte) => body.includes(byte)) && body[0] !== GZIP_FIRST_BYTE;
}

const LINE_BREAKS = [0x0a, 0x0d];
const GZIP_FIRST_BYTE = 0x1f;
