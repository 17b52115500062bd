import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv, type AnySchema } from 'ajv';
import formats from 'ajv-formats';

/** What is looked at of the document; another spec says that it is the application's. */
interface Media {
  schema?: AnySchema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  operationId: string;
  tags?: string[];
  parameters?: { name: string; schema: { example?: unknown }; example?: unknown }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}
const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, { example?: unknown }> }> };
};
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'api', components: document.components });

/** Why a value is not what the schema says; null where it is. */
function fault(schema: unknown, value: unknown): string | null {
  const placed = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')) as AnySchema;
  const valid = ajv.compile(placed);
  return valid(value) ? null : ajv.errorsText(valid.errors);
}

describe('the OpenAPI document', () => {
  it('gives examples of bodies that are what their schemas say', () => {
    const medias = operations.flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses)]
        .flatMap((body) => Object.values(body?.content ?? {}))
        .map((media) => ({ operationId, media })),
    );
    const faults = medias.flatMap(({ operationId, media: { schema, example, examples = {} } }) =>
      [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)]
        .map((value) => fault(schema, value))
        .filter((each) => each !== null)
        .map((each) => `${operationId}: ${each}`),
    );
    expect(faults).toEqual([]);
  });

  it('gives examples of fields and parameters that are what their schemas say', () => {
    const fields = Object.entries(document.components.schemas).flatMap(([model, { properties = {} }]) =>
      Object.entries(properties).map(([name, schema]) => ({ name: `${model}.${name}`, schema })),
    );
    const parameters = operations.flatMap(({ operationId, parameters = [] }) =>
      parameters.map(({ name, schema, example }) => ({
        name: `${operationId} ${name}`,
        schema: { example, ...schema },
      })),
    );
    const faults = [...fields, ...parameters].flatMap(({ name, schema }) => {
      const wrong = schema.example === undefined ? null : fault(schema, schema.example);
      return wrong === null ? [] : [`${name}: ${wrong}`];
    });
    expect(faults).toEqual([]);
  });

  it('names each operation once, and describes each of its groups', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).toEqual([...new Set(ids)]);
    const described = new Set(document.tags.map(({ name }) => name));
    expect(operations.flatMap(({ tags = [] }) => tags).filter((tag) => !described.has(tag))).toEqual([]);
  });

  it('says of each body that it may be too large, or of another type', () => {
    const silent = operations.filter(
      ({ requestBody, responses }) => requestBody && !(responses[413] && responses[415]),
    );
    expect(silent.map(({ operationId }) => operationId)).toEqual([]);
  });
});
