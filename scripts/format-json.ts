const WIDTH = 110;
const STEP = '  ';

/** JSON as the schema files are written: what fits on a line stands on one. A bigint is written with all its digits. */
export function formatJson(value: unknown, indent = '', before = 0): string {
  const line = onOneLine(value);
  const isSimple = typeof value !== 'object' || value === null;
  if (isSimple || indent.length + before + line.length < WIDTH) return line;

  const inner = indent + STEP;
  if (Array.isArray(value)) {
    const items = value.map((item) => inner + formatJson(item, inner));
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(value).map(([name, field]) => {
    const key = `${JSON.stringify(name)}: `;
    return inner + key + formatJson(field, inner, key.length);
  });
  return `{\n${fields.join(',\n')}\n${indent}}`;
}

function onOneLine(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${onOneLine(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
