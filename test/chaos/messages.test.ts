import { expect, test } from 'vitest';
import { createRandom } from '../../cli/sample/random.ts';
import { messageMaker } from '../../scripts/chaos/messages.ts';
import type { Shaped } from '../../scripts/chaos/messages.ts';
import { judge } from '../../shared/judge/judge.ts';
import { withoutLineBreaks } from '../../shared/json/line-breaks.ts';
import { takeApart } from '../../shared/take-apart/take-apart.ts';
import type { TakenMessage } from '../../shared/take-apart/take-apart.ts';
import { recordsIn } from '../support/spans.ts';

const LIMITS = { maxUnpackedBytes: 1024 * 1024, maxUnpackedRatio: 250 };

/** What the shape says, in the words of the pipeline. */
function partsOf({ parts }: Shaped): string[] {
  return parts.map((part) =>
    part.fate === 'kept'
      ? `${part.index} ${part.source}/${part.category} ${part.line.toString()} ${part.salvaged ?? false}`
      : `${part.index} ${part.source}/${part.category} ${part.reason} of a ${part.of}: ${part.bytes.toString()}`,
  );
}

function takenParts(taken: TakenMessage): string[] {
  const parts = [
    ...recordsIn(taken).map(({ index, bytes, category, problems, repaired }) => {
      const { source, name } = category;
      const text =
        problems.length > 0
          ? `invalid of a record: ${bytes.toString()}`
          : `${withoutLineBreaks(bytes).toString()} ${repaired}`;
      return { index, text: `${index} ${source}/${name} ${text}` };
    }),
    ...taken.deadLetters.map(({ index, source, category, reason, of, bytes }) => {
      return { index, text: `${index} ${source}/${category} ${reason} of a ${of}: ${bytes.toString()}` };
    }),
  ];
  return parts.toSorted((a, b) => a.index - b.index).map(({ text }) => text);
}

test('what becomes of each message is what its shape says', () => {
  for (let seed = 0; seed < 40; seed++) {
    const make = messageMaker(createRandom(seed));
    for (let n = 0; n < 20; n++) {
      const shaped = make();
      const taken = takeApart(shaped.body, { judge, ...LIMITS });
      expect(takenParts(taken)).toEqual(partsOf(shaped));
      expect(taken.salvaged).toEqual(shaped.rungs);
    }
  }
});
