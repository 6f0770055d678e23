import { judge } from '../shared/judge/judge.ts';
import type { Verdict } from '../shared/judge/verdict.ts';
import { split } from '../shared/take-apart/split.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Messages as they are, but for every `nth` record of all, which is made invalid: in one way after the other of those that there are. */
export function spoil(bodies: readonly Buffer[], nth: number): Buffer[] {
  let records = 0;
  return bodies.map((body) => {
    const members = split(body);
    if (!Array.isArray(members)) return body;
    const parts: Buffer[] = [];
    let at = 0;
    for (const { bytes, fault } of members) {
      if (++records % nth !== 0 || fault) continue;
      const start = bytes.byteOffset - body.byteOffset;
      parts.push(body.subarray(at, start), spoilt(bytes, records / nth));
      at = start + bytes.length;
    }
    return Buffer.concat([...parts, body.subarray(at)]);
  });
}

/** As it is, where its schema minds nothing that is tried. */
function spoilt(bytes: Buffer, turn: number): Buffer {
  const record = JSON.parse(bytes.toString()) as Fields;
  const before = judge(bytes);
  const found = Object.keys(record)
    .flatMap((name) => [without(record, name), { ...record, [name]: true }, { ...record, [name]: [{}] }])
    .map((fields) => Buffer.from(JSON.stringify(fields)))
    .filter((changed) => isOnlyInvalid(judge(changed), before));
  return found[turn % found.length] ?? bytes;
}

/** Of the same category as before, or it would be judged by another schema, if any. */
function isOnlyInvalid(verdict: Verdict | undefined, before: Verdict | undefined): boolean {
  return verdict !== undefined && verdict.problems.length > 0 && verdict.category === before?.category;
}

function without(record: Fields, name: string): Fields {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
}
