import { chainOf, orderProblems } from './assess-blobs.ts';
import type { Decided, Findings } from './assess.ts';
import type { Fate } from './fates.ts';
import type { FoundLine } from './found.ts';
import { recordsIn } from '../support/read-back.ts';
import type { Problem, World } from './world.ts';

interface Wanted {
  readonly fate: Fate;
  readonly line: FoundLine;
}

/** What goes to the second hub came there at least once, under one id, whole, and at first in order. */
export function assessRecordsHub(world: World, { decided }: Findings): Problem[] {
  const wanted = new Map(decided.flatMap(wantedOf));
  const problems: Problem[] = [];
  const firsts = new Set<string>();
  for (const { message } of world.storage.sinks.recordsHub.sent) {
    for (const { id, text, properties } of recordsIn(message)) {
      const fate = wanted.get(id)?.fate;
      if (fate?.text !== text || properties['category'] !== fate.category)
        problems.push({ kind: 'passed on', detail: `${id}: ${text} as ${properties['category']}` });
      firsts.add(id);
    }
  }
  for (const [id, { line }] of wanted)
    // What has expired before the hub was back can be passed on no more.
    if (!firsts.has(id) && line.block.state === 'there') problems.push({ kind: 'not passed on', detail: id });
  return problems.length > 0 ? problems : assessOrder(world, wanted, firsts);
}

function wantedOf({ fates, lines }: Decided): [string, Wanted][] {
  return fates.flatMap((fate) => {
    const line = lines.find(({ recordId, place }) => recordId === fate.recordId && place !== 'salvaged/none');
    return fate.forward && line ? [[fate.recordId, { fate, line }]] : [];
  });
}

/** Of what came for the first time. Where the hub's clock has stepped back over the turn of an hour, order is kept within each hour. */
function assessOrder(
  { scenario }: World,
  wanted: ReadonlyMap<string, Wanted>,
  firsts: ReadonlySet<string>,
): Problem[] {
  const groups = Map.groupBy(firsts, (id) => {
    const line = wanted.get(id)?.line;
    if (!line) return '';
    const chain = chainOf(line.block);
    return scenario.clockStepsBack ? chain : chain.replace(/y=.*h=\d+\//, '');
  });
  return [...groups].flatMap(([group, ids]) => orderProblems(`on the records hub, ${group}`, ids));
}
