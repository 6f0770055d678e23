import { readdirSync } from 'node:fs';
import path from 'node:path';

import { sampleStream } from '../../cli/sample/stream.ts';
import { split } from '../../shared/take-apart/split.ts';
import { FIXTURES, readFixtures } from '../category-fixtures.ts';

/** The records of all fixtures of categories that are valid. */
export function fixtureRecords(): readonly string[] {
  return allFixtures()
    .flatMap(({ valid }) => valid)
    .map((record) => JSON.stringify(record));
}

/** Those that are not. */
export function invalidFixtureRecords(): readonly string[] {
  return allFixtures()
    .flatMap(({ invalid }) => invalid)
    .map(({ record }) => JSON.stringify(record));
}

function allFixtures(): ReturnType<typeof readFixtures>[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => readFixtures(path.dirname(file), path.basename(file, '.json')));
}

/** Records of all products as the sample stream sends them, none of them faulty. */
export function sampleRecords(messages: number): readonly string[] {
  const stream = sampleStream({ seed: 7, start: Date.UTC(2026, 10, 20, 10), messages, faults: 0 });
  return [...stream].flatMap(({ body }) => {
    const members = split(body);
    return 'reason' in members ? [] : members.map(({ bytes }) => bytes.toString());
  });
}
