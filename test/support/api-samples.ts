/** A schema of the OpenAPI document, as far as samples are made from it. */
export interface ApiSchema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  minimum?: number;
  items?: ApiSchema;
  properties?: Record<string, ApiSchema>;
  required?: string[];
  allOf?: ApiSchema[];
  oneOf?: ApiSchema[];
}

/** An operation of the document. */
export interface ApiOperation {
  parameters?: { name: string; in: string; schema?: ApiSchema }[];
  requestBody?: { content: Record<string, { schema?: ApiSchema; examples?: Record<string, { value: unknown }> }> };
  responses: Record<string, { content?: Record<string, { schema?: ApiSchema }> }>;
}

/** The OpenAPI document, as far as it is read here. */
export interface ApiDocument {
  paths: Record<string, Record<string, ApiOperation>>;
  components: { schemas: Record<string, ApiSchema> };
}

const NUL = '\u0000';

/** What people, scripts and attackers put into a field that wants something else. */
export const ODD: unknown[] = [
  ...[null, true, 0, -1, 1.5, 2 ** 53, 1e308, '', ' ', 'x', `a${NUL}b`, 'a\ud800', '🎉'.repeat(300), "' or 1=1 --"],
  ...[
    [],
    {},
    [null],
    [[]],
    { a: { b: NUL } },
    ['x', 'x'],
    'x'.repeat(20_000),
    '{{ 1 | times: 2 }}',
    '2026-02-30T25:61:00Z',
  ],
];

/** The same in a query or in a path. */
export const ODD_WORDS = [
  '',
  '0',
  '-1',
  '1e3',
  '9223372036854775808',
  'x',
  '%00',
  '%ff',
  'a b',
  "'",
  '2026-13-01',
  '%F0%9F%8E%89',
];

/** A value that a schema would take, as far as it says so: its example, the first of its choices, or the plainest of its type. */
export function sampleOf(schema: ApiSchema | undefined, document: ApiDocument, depth = 0): unknown {
  if (!schema || depth > 5) return null;
  if (schema.$ref) return sampleOf(document.components.schemas[schema.$ref.split('/').at(-1)!], document, depth);
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  const part = schema.allOf?.[0] ?? schema.oneOf?.[0];
  if (part) return sampleOf(part, document, depth + 1);
  switch (schema.type ?? 'string') {
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return [sampleOf(schema.items, document, depth + 1)];
    case 'object': {
      const needed = Object.entries(schema.properties ?? {}).filter(([name]) => schema.required?.includes(name));
      return Object.fromEntries(needed.map(([name, property]) => [name, sampleOf(property, document, depth + 1)]));
    }
    default:
      return schema.format === 'date-time' ? '2027-01-01T10:00:00Z' : 'sample';
  }
}

/** The names of what a body may have, whether it must or not. */
export function fieldsOf(schema: ApiSchema | undefined, document: ApiDocument): string[] {
  if (!schema) return [];
  if (schema.$ref) return fieldsOf(document.components.schemas[schema.$ref.split('/').at(-1)!], document);
  return [...Object.keys(schema.properties ?? {}), ...(schema.allOf ?? []).flatMap((part) => fieldsOf(part, document))];
}
