const PATTERN = { type: 'string', minLength: 1, maxLength: 200 };
const PATTERNS = { anyOf: [PATTERN, { type: 'array', minItems: 1, items: PATTERN }] };

/** The schema of the setting `SLUICE_RULES`. The build compiles it. */
export const RULES_SCHEMA = {
  $id: 'https://sluice.dev/settings/rules.schema.json',
  type: 'array',
  maxItems: 100,
  items: {
    type: 'object',
    additionalProperties: false,
    properties: {
      name: { type: 'string', pattern: '^[A-Za-z0-9][\\w-]{0,59}$' },
      source: PATTERNS,
      category: PATTERNS,
      location: PATTERNS,
      subscription: PATTERNS,
      tenant: PATTERNS,
      operation: PATTERNS,
      archive: { type: 'boolean' },
      forward: { type: 'boolean' },
      retentionDays: { type: 'integer', minimum: 0, maximum: 146_000 },
    },
    anyOf: [{ required: ['archive'] }, { required: ['forward'] }, { required: ['retentionDays'] }],
  },
};
