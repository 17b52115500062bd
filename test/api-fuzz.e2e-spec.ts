import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { type Answer, startApp, type TestApp } from './support/app.js';
import { type ApiDocument, type ApiOperation, fieldsOf, ODD, ODD_WORDS, sampleOf } from './support/api-samples.js';
import { makeCampaign, makeContacts, makeSegment } from './support/factories.js';

jest.setTimeout(120_000);

/** Would take the test's own key away, or plays months. */
const LEFT_OUT = ['DELETE /keys/{id}', 'POST /keys/{id}/rotate', 'POST /campaigns/{id}/simulate', 'POST /seed'];
/** What any route may answer to a request that is not one. */
const MALFORMED = [400, 404, 405, 413, 415];
const ODDITIES_A_FIELD = 3;

interface Request {
  method: string;
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What may be wrong with an answer; null for nothing. */
type Complaint = string | null;

let app: TestApp;
let document: ApiDocument;
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);

beforeAll(async () => {
  app = await startApp({ env: { API_REQUESTS_PER_MINUTE: '0', REFUSED_REQUESTS_PER_MINUTE: '0' } });
  // What the build wrote; another spec says that it is the application's.
  document = JSON.parse(readFileSync('openapi.json', 'utf8')) as ApiDocument;
  ajv.addSchema({ $id: 'api', components: document.components });
  await makeSegment(app, 'all');
  await makeContacts(app, 3, { segments: ['all'] });
  await makeCampaign(app, { target_segment: 'all' });
  await app.tick();
});
afterAll(() => app.close());

const operations = (): [string, string, ApiOperation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, ApiOperation] => [
      method.toUpperCase(),
      path,
      operation,
    ]),
  );

const at = (path: string, id: string) => path.replaceAll(/\{\w+\}/g, id);

/** One request as it is meant, then one for each way in which it may be wrong; the oddities take turns. */
function* requestsOf(method: string, path: string, { parameters = [], requestBody }: ApiOperation): Generator<Request> {
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const headers = type && type !== 'application/json' ? { 'content-type': type } : undefined;
  const example = Object.values(content?.examples ?? {})[0]?.value;
  const body = headers ? 'email\nx@example.org\n' : type ? (example ?? sampleOf(content!.schema, document)) : undefined;
  const meant: Request = { method, url: at(path, '1'), body, headers };
  yield meant;
  if (path.includes('{')) for (const word of ODD_WORDS) yield { ...meant, url: at(path, word || '999999') };
  for (const { name } of parameters.filter((parameter) => parameter.in === 'query'))
    for (const word of ODD_WORDS) yield { ...meant, url: `${meant.url}?${name}=${word}` };
  if (headers || !type) return;
  let turn = path.length;
  for (const field of fieldsOf(content!.schema, document))
    for (let count = 0; count < ODDITIES_A_FIELD; count += 1)
      yield { ...meant, body: { ...(body as object), [field]: ODD[(turn += 1) % ODD.length] } };
  for (const whole of [[], 'x', 5, { unknown_field: 1 }, nested(200)]) yield { ...meant, body: whole };
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

function complaintOf({ responses }: ApiOperation, { status, body, headers }: Answer): Complaint {
  if (status >= 500) return `answers ${status} ${JSON.stringify(body).slice(0, 200)}`;
  const documented = responses[status];
  if (!documented) return MALFORMED.includes(status) ? null : `answers ${status}, which is not documented`;
  const type = (headers['content-type'] ?? '').split(';')[0]!;
  const schema = documented.content?.[type]?.schema;
  if (!schema || !type.endsWith('json')) return null;
  const valid = ajv.compile(inDocument(schema) as object);
  return valid(body) ? null : `does not match its schema: ${ajv.errorsText(valid.errors).slice(0, 300)}`;
}

/** A schema whose references lead into the document. */
const inDocument = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/'));

describe('every operation of the API, asked for anything', () => {
  it('answers as its document says, and never fails', async () => {
    const complaints = new Map<string, string>();
    let asked = 0;
    // What deletes comes last: the others need something to be there.
    const ordered = operations().toSorted(([a], [b]) => Number(a === 'DELETE') - Number(b === 'DELETE'));
    for (const [method, path, operation] of ordered) {
      if (LEFT_OUT.includes(`${method} ${path}`)) continue;
      for (const { url, body, headers } of requestsOf(method, path, operation)) {
        asked += 1;
        const complaint = complaintOf(operation, await app.request(method, url, body, headers));
        if (complaint === null) continue;
        const about = `${method} ${url.slice(0, 120)} ${JSON.stringify(body)?.slice(0, 160) ?? ''}`;
        complaints.set(`${method} ${path} ${complaint.slice(0, 80)}`, `${about} ${complaint}`);
      }
    }
    expect([...complaints.values()]).toEqual([]);
    expect(asked).toBeGreaterThan(2_000);
  });
});
