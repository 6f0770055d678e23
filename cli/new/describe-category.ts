import colors from 'picocolors';
import { count, printable } from '../format.ts';
import type { CategoryName } from './category-name.ts';
import type { Fixtures } from './fixtures.ts';
import { fieldsBelow, look } from './infer.ts';
import type { RecordsFile } from './read-records.ts';

export interface CreatedCategory {
  readonly category: CategoryName;
  readonly files: readonly string[];
  readonly found: RecordsFile | undefined;
  readonly from?: string;
  readonly required?: readonly string[];
  readonly fixtures: Fixtures;
}

const WIDTH = 44;
const LONGEST_POINTER = 100;
const LONGEST_LIST = 100;

/** What was written, what was inferred from how much, and what to do now. */
export function describeCategory(created: CreatedCategory): string {
  const { category, files, found } = created;
  const isDefenders = category.source === 'defender';
  const changed = isDefenders
    ? ['scripts/schema-data/defender.json, which the schema is generated from']
    : [];
  return [
    `${colors.green('✔')} ${colors.bold(category.key)}`,
    ...[...files, ...changed].map((file) => `  ${file}`),
    '',
    ...(found ? describeInference(found, created) : [NOTHING_INFERRED]),
    '',
    `Try it: npm test, and npm run sluice -- sample --category ${category.key}`,
  ].join('\n');
}

const NOTHING_INFERRED =
  'The schema says what all records of the product share, and the fixtures are samples: add the fields that you know of, or start ' +
  'from records with --from.';

function describeInference(
  { records, others }: RecordsFile,
  { from = '', required = [], fixtures, category }: CreatedCategory,
): readonly string[] {
  const passedOver = others > 0 ? ` (${count(others, 'record')} of other categories passed over)` : '';
  const fields = [...fieldsBelow(look(records))];
  const lines = fields.map(([pointer, { kinds, times }]) => {
    const types = [...kinds].toSorted().join(', ');
    return `  ${printable(pointer, LONGEST_POINTER).padEnd(WIDTH)} ${types.padEnd(WIDTH / 2)} ${colors.dim(`seen ${count(times, 'time')}`)}`;
  });
  const rest = lines.length - LONGEST_LIST;
  const needed = required.length > 0 ? `${required.join(', ')}, as you say` : 'nothing';
  return [
    `Seen in ${count(records.length, 'record')} of ${from}${passedOver}:`,
    ...lines.slice(0, LONGEST_LIST),
    ...(rest > 0 ? [`  and ${count(rest, 'field')} more`] : []),
    category.source === 'defender'
      ? 'Each column has the Kusto type that comes nearest, and may be null; what was only ever null is none yet.'
      : `Each may be that or null, where the envelope does not say otherwise; what was only ever null may be anything. Required beyond the envelope: ${needed}.`,
    `${colors.yellow('!')} ${fixtures.valid.length} of these went into the fixtures: see that nothing is in there that must not be in a repository.`,
  ];
}
