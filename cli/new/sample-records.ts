import { parseExactly } from '../../shared/json/exact-json.ts';
import { createCast } from '../sample/cast.ts';
import { derivedMaker } from '../sample/derived.ts';
import { toJson } from '../sample/json.ts';
import { setScene } from '../sample/product.ts';
import { createRandom } from '../sample/random.ts';
import { PRODUCTS } from '../sample/selection.ts';
import type { CategoryName } from './category-name.ts';
import type { RecordObject } from './read-records.ts';

const SAMPLES = 3;
const SEED = 1;
const TIME = Date.UTC(2026, 10, 20, 10);

/** Records made up from a category's schema, the same each time. */
export function sampleRecords({ source, name }: CategoryName): readonly RecordObject[] {
  const random = createRandom(SEED);
  const cast = createCast(random);
  const make = derivedMaker(PRODUCTS[source], name);
  return Array.from({ length: SAMPLES }, () => {
    return parseExactly(toJson(make(setScene(random, cast, TIME)))) as RecordObject;
  });
}
