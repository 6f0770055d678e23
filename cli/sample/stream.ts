import { activity } from './activity.ts';
import { createCast } from './cast.ts';
import { defender } from './defender.ts';
import { entra } from './entra.ts';
import { FAULTS } from './faults.ts';
import { github } from './github.ts';
import { intune } from './intune.ts';
import { draft, finish, type Draft, type SampleMessage, type Studio } from './message.ts';
import type { Product } from './product.ts';
import { createRandom } from './random.ts';
import { unknown } from './unknown.ts';

export interface SampleOptions {
  /** The same seed gives the same bytes. */
  readonly seed: number;
  /** Event time of the first record, in milliseconds since 1970 UTC. */
  readonly start: number;
  readonly messages: number;
  /** The share of messages with a fault, 0 to 1, spread evenly. */
  readonly faults: number;
}

/** Of eleven messages, how many come from each product. */
const PRODUCTS: readonly Product[] = [
  ...Array<Product>(2).fill(activity),
  ...Array<Product>(3).fill(entra),
  ...Array<Product>(1).fill(intune),
  ...Array<Product>(3).fill(defender),
  ...Array<Product>(2).fill(github),
];

/** Messages that hold records of more than one product, and of none of them. */
const MIXED_SHARE = 0.08;
/** So that there are good records around a bad one. */
const LEAST_RECORDS_BESIDE_FAULT = 3;

/** Messages as the five products send them to event hubs, some of them faulty, each with what should come of it. */
export function* sampleStream(options: SampleOptions): Generator<SampleMessage> {
  const random = createRandom(options.seed);
  const studio: Studio = { random, cast: createCast(random), clock: options.start };
  const faults = Object.values(FAULTS);
  for (let sent = 0; sent < options.messages; sent++) {
    const faultsBefore = Math.floor(sent * options.faults);
    const isFaulty = Math.floor((sent + 1) * options.faults) > faultsBefore;
    const fault = isFaulty ? faults[faultsBefore % faults.length] : undefined;
    yield fault ? fault(draftForFault(studio), random) : goodMessage(studio);
  }
}

function draftForFault(studio: Studio): Draft {
  return draft(studio, [studio.random.pick(PRODUCTS)], LEAST_RECORDS_BESIDE_FAULT);
}

function goodMessage(studio: Studio): SampleMessage {
  const { random } = studio;
  const product = random.pick(PRODUCTS);
  if (!random.chance(MIXED_SHARE)) return finish(draft(studio, [product]));
  return finish(draft(studio, [product, random.pick(PRODUCTS), unknown]));
}
