import createClient from 'openapi-fetch';

/** What the API answered instead of success: RFC 9457, with a stable `code`. */
export class CampanileError extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title);
    this.name = 'CampanileError';
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.request_id;
    this.errors = problem.errors ?? [];
  }
}

/** A client whose every call either answers `data` or throws a CampanileError. */
export function createCampanile({ baseUrl, apiKey, fetch }) {
  const client = createClient({ baseUrl, fetch, headers: { authorization: `Bearer ${apiKey}` } });
  client.use({
    async onResponse({ response }) {
      if (response.ok) return undefined;
      const problem = await response.json().catch(() => ({ detail: response.statusText }));
      throw new CampanileError({ status: response.status, code: 'NO_PROBLEM', ...problem });
    },
  });
  return client;
}

/** Everything of a list, page by page, by the cursor of the `Link` header. */
export async function* everyItem(client, path, { query, ...rest } = {}) {
  for (let cursor; cursor !== null;) {
    const params = { ...rest, query: { ...query, ...(cursor === undefined ? {} : { cursor }) } };
    const { data, response } = await client.GET(path, { params });
    yield* data;
    const next = /<([^>]*)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    cursor = next === undefined ? null : new URL(next, response.url).searchParams.get('cursor');
  }
}
