import { formatJson } from '../../scripts/format-json.ts';
import { unescapeToken } from '../../shared/json/json-pointer.ts';
import { UsageError } from '../usage-error.ts';
import type { CategoryName } from './category-name.ts';
import { inferredFields, look } from './infer.ts';
import type { Inferred } from './infer.ts';
import type { RecordObject } from './read-records.ts';

/** The part of an envelope's schema that says what it types. */
export interface Envelope {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Envelope>>;
}

/** A part of a schema that is being made. */
interface Part {
  readonly type?: string | readonly string[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
}

export interface SchemaParts {
  readonly category: CategoryName;
  /** Undefined for what no product claims. */
  readonly envelope: Envelope | undefined;
  readonly fields: Readonly<Record<string, Inferred>>;
  /** JSON pointers. */
  readonly required: readonly string[];
  /** From how many records of which file, where it was inferred. */
  readonly comment: string | undefined;
}

/** What every record that no product claims may have, where no record shows more. */
const PLAIN: Readonly<Record<string, Inferred>> = {
  time: { type: ['string', 'null'] },
  resourceId: { type: ['string', 'null'] },
  operationName: { type: ['string', 'null'] },
  properties: { type: ['object', 'null'] },
};

/** What a schema is to say of fields: what records show, or else what any record may have where no envelope says so. */
export function fieldsOf(
  records: readonly RecordObject[] | undefined,
  envelope: Envelope | undefined,
): Readonly<Record<string, Inferred>> {
  const fields = records && inferredFields(look(records));
  // Where there is no product to go by, records are told by their category.
  return envelope ? (fields ?? {}) : { ...(fields ?? PLAIN), category: { type: ['string'] } };
}

/** The file of a schema. Throws a UsageError for a required field that cannot be. */
export function schemaText({ category, envelope, fields, required, comment }: SchemaParts): string {
  const own = withoutEnvelope({ type: ['object'], properties: fields }, envelope);
  const { type: _, ...parts } = required.reduce(
    (part, pointer) => withRequired(part, pointer, envelope),
    own ?? {},
  );
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://sluice.dev/schemas/${category.key}.schema.json`,
    title: category.key,
    ...(comment !== undefined && { $comment: comment }),
    ...(envelope && { allOf: [{ $ref: 'envelope.schema.json' }] }),
    type: 'object',
    ...parts,
  };
  return `${formatJson(schema)}\n`;
}

/** What is inferred beside what the envelope says already; undefined where that is nothing. */
function withoutEnvelope(inferred: Inferred, envelope: Envelope | undefined): Part | undefined {
  if (!envelope?.type) return inferred;
  // Where it cannot be an object, records that have one there are turned down.
  const inside = [envelope.type].flat().includes('object') ? inferred.properties : undefined;
  const fields = Object.entries(inside ?? {}).flatMap(([name, field]) => {
    const part = withoutEnvelope(field, envelope.properties?.[name]);
    return part ? [[name, part] as const] : [];
  });
  return fields.length === 0 ? undefined : { type: envelope.type, properties: Object.fromEntries(fields) };
}

function withRequired(part: Part, pointer: string, envelope: Envelope | undefined): Part {
  const [, ...names] = pointer.split('/').map(unescapeToken);
  if (names.includes('0'))
    throw new UsageError(`${pointer} is in a list: only fields of objects can be required.`);
  return requireBelow(part, names, envelope);
}

/** On the way there, a field has the type that the envelope gives it: a wrong one is to be one problem, not two. */
function requireBelow(
  part: Part,
  [name = '', ...deeper]: readonly string[],
  envelope: Envelope | undefined,
): Part {
  if (deeper.length === 0) return { ...part, required: [...new Set([...(part.required ?? []), name])] };
  const typed = envelope?.properties?.[name];
  const inside = part.properties?.[name] ?? { type: typed?.type ?? 'object' };
  return { ...part, properties: { ...part.properties, [name]: requireBelow(inside, deeper, typed) } };
}
