import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { ProblemResponse } from './problem.dto.js';

const meanings: Record<number, string> = {
  400: 'A field is missing or wrong; `errors` names each.',
  401: 'No API key, or one that is not known.',
  403: 'The key lacks the scope of this route.',
  404: 'There is no such thing.',
  409: 'The present state forbids it.',
  412: 'It was changed in the meantime (`If-Match`).',
  413: 'The body is too large.',
  415: 'The body is of another type.',
  503: 'The database does not answer.',
};

const problem = (status: number) => ({
  description: meanings[status]!,
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemResponse) } } },
});

/** Documents the problems a route may answer, besides 401, 403 and 429 which every protected route shares. */
export function ApiProblems(...statuses: number[]): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemResponse),
    ...statuses.map((status) => ApiResponse({ status, ...problem(status) })),
  );
}

/** Documents an answer that is a file, in one of these media types. */
export function ApiDownload(...types: string[]): MethodDecorator {
  const content = Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }]));
  return ApiResponse({ status: 200, description: 'The file, as an attachment.', content });
}

/** Documents a report: JSON in this shape, or CSV as a file where that is asked for. */
export function ApiReport(model: Type, list = false): MethodDecorator {
  const item = { $ref: getSchemaPath(model) };
  const schema = list ? { type: 'array', items: item } : item;
  return applyDecorators(
    ApiExtraModels(model),
    ApiResponse({
      status: 200,
      description: 'The report.',
      content: { 'application/json': { schema }, 'text/csv': { schema: { type: 'string' } } },
    }),
  );
}

/** Documents an answer that is plain text. */
export function ApiText(description: string): MethodDecorator {
  return ApiResponse({ status: 200, description, content: { 'text/plain': { schema: { type: 'string' } } } });
}

interface Operation {
  security?: unknown[];
  requestBody?: object;
  parameters?: { required?: boolean; schema?: { default?: unknown } }[];
  responses: Record<string, ResponseObject>;
}
type Operations = Record<string, Operation>;
interface ResponseObject {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, { schema: { type?: string; $ref?: string } }>;
}
interface Property {
  type?: string;
  format?: string;
  items?: { type?: string; format?: string };
  properties?: object;
  nullable?: boolean;
  enum?: unknown[];
  allOf?: object[];
  oneOf?: object[];
}
type Schemas = Record<string, { properties?: Record<string, Property> }>;

/** The security scheme of those who signed in; the other is a key. */
export const SESSION = 'session';

/** The numbers of this API that are not whole: those of these models, and those whose format is `double`. */
const FRACTIONS = /Rates$/;

/** What is null, in OpenAPI 3.0, which has no type for it. */
const NULL = { type: 'object', nullable: true, enum: [null] };

/** Beside a reference or a list of choices OpenAPI 3.0 gives `nullable` no meaning: null is to be one of the choices. */
function allowNull(property: Property): void {
  if (!property.nullable) return;
  if (property.enum && !property.enum.includes(null)) property.enum.push(null);
  if (!property.allOf) return;
  property.oneOf = [...property.allOf, NULL];
  delete property.allOf;
}

/**
 * Adds what holds everywhere and so stands in no single decorator: whole numbers are integers, null is a choice where it may
 * be, what has a default need not be asked for, protected routes take a key or a session and answer 401, 403 and 429, bodies may be
 * too large or of another type, lists that are read carry `Link`, answers carry an `ETag`: their version, or a hash with which they can be asked for again (304).
 */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components!.schemas as Schemas;
  for (const [name, schema] of Object.entries(schemas))
    for (const property of Object.values(schema.properties ?? {})) {
      allowNull(property);
      for (const value of [property, property.items])
        if (value?.type === 'number' && value.format !== 'double' && !FRACTIONS.test(name)) value.type = 'integer';
    }
  for (const operations of Object.values(document.paths as Record<string, Operations>))
    for (const [method, operation] of Object.entries(operations)) {
      for (const parameter of operation.parameters ?? [])
        if (parameter.schema?.default !== undefined) parameter.required = false;
      if (operation.security)
        Object.assign(operation.responses, { 401: problem(401), 403: problem(403), 429: problem(429) });
      if (operation.requestBody) Object.assign(operation.responses, { 413: problem(413), 415: problem(415) });
      if (operation.security) operation.security = [...operation.security, { [SESSION]: [] }];
      for (const answer of Object.values(operation.responses)) addHeaders(answer, schemas, method === 'get');
      if (method === 'get' && operation.responses[200]?.headers?.['ETag'] === HASHED)
        operation.responses[304] = UNCHANGED;
    }
  return document;
}

const HASHED = { description: 'A hash of the answer, for `If-None-Match`.', schema: { type: 'string' } };
const UNCHANGED = {
  description: 'It says what `If-None-Match` names: nothing has changed.',
  headers: { ETag: HASHED },
};

function addHeaders(answer: ResponseObject, schemas: Schemas, read: boolean): void {
  const schema = answer.content?.['application/json']?.schema;
  const text = (description: string) => ({ description, schema: { type: 'string' } });
  if (read && schema) answer.headers = { ETag: HASHED };
  if (read && schema?.type === 'array')
    answer.headers = { ...answer.headers, Link: text('The next page: `<…>; rel="next"`; absent on the last.') };
  const model = schemas[schema?.$ref?.split('/').at(-1) ?? ''];
  if (model?.properties?.version) answer.headers = { ETag: text('The version, for `If-Match`.') };
}
