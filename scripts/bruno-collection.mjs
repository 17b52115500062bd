/** Turns an OpenAPI document into the files of a Bruno collection, one request each, in folders by tag. */

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** The files by their path inside the collection. */
export function brunoFiles(document) {
  const files = new Map([
    ['bruno.json', `${JSON.stringify({ version: '1', name: document.info.title, type: 'collection' }, null, 2)}\n`],
    ['collection.bru', blocks({ auth: ['mode: bearer'], 'auth:bearer': ['token: {{api_key}}'] })],
    ['environments/Local.bru', `${blocks({ vars: ['base_url: http://127.0.0.1:3000'] })}vars:secret [\n  api_key\n]\n`],
  ]);
  const placed = new Map();
  for (const [path, operations] of Object.entries(document.paths))
    for (const method of METHODS.filter((name) => operations[name])) {
      const operation = operations[method];
      const folder = operation.tags?.[0] ?? 'Other';
      const seq = (placed.get(folder) ?? 0) + 1;
      placed.set(folder, seq);
      const text = requestOf(document, path, method, operation, seq);
      files.set(`${folder}/${operation.operationId.replaceAll(/[^\w-]/g, '-')}.bru`, text);
    }
  return files;
}

function requestOf(document, path, method, operation, seq) {
  const parameters = operation.parameters ?? [];
  const inside = (place) => parameters.filter(({ in: where }) => where === place);
  const media = Object.keys(operation.requestBody?.content ?? {});
  const json = media.includes('application/json');
  const auth = operation.security ? 'inherit' : 'none';
  const url = `{{base_url}}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  const said = [operation.summary, operation.description].filter(Boolean).join('\n\n');
  return blocks({
    meta: [`name: ${titleOf(operation)}`, 'type: http', `seq: ${seq}`],
    [method]: [`url: ${url}`, `body: ${json ? 'json' : media.length > 0 ? 'text' : 'none'}`, `auth: ${auth}`],
    'params:path': inside('path').map(
      ({ name, schema, example }) => `${name}: ${plain(example ?? schema?.example ?? 1)}`,
    ),
    // Switched off: what may be asked for stands there to be switched on.
    'params:query': inside('query').map(
      ({ name, schema, example }) => `~${name}: ${plain(example ?? exampleOf(document, schema))}`,
    ),
    headers: [
      ...(json || media.length === 0 ? [] : [`content-type: ${media[0]}`]),
      ...inside('header').map(({ name }) => `~${name}: `),
    ],
    'body:json': json
      ? JSON.stringify(bodyOf(document, operation.requestBody.content['application/json']), null, 2).split('\n')
      : [],
    'body:text': !json && media.length > 0 ? [''] : [],
    docs: said.split('\n').map((line) => line.trim()),
  });
}

/** The first words of what an operation is said to do: a name must be one line. */
function titleOf({ summary, operationId }) {
  const [first] = (summary || operationId).replaceAll(/\s+/g, ' ').split(/[.:;](?: |$)/);
  return first.length <= 90 ? first : `${first.slice(0, 90).replace(/[ ,]+\S*$/, '')} …`;
}

/** Blocks as Bruno writes them; those without lines are left out. */
function blocks(named) {
  return Object.entries(named)
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => `${name} {\n${lines.map((line) => `  ${line}`).join('\n')}\n}\n\n`)
    .join('');
}

const plain = (value) =>
  value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

function bodyOf(document, { example, examples, schema }) {
  return example ?? Object.values(examples ?? {})[0]?.value ?? exampleOf(document, schema) ?? {};
}

/** A value of a schema: its own example where it has one, else one made of the required parts. */
function exampleOf(document, schema, depth = 0) {
  if (!schema || depth > 6) return null;
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.$ref) return exampleOf(document, document.components.schemas[schema.$ref.split('/').at(-1)], depth + 1);
  const [first] = schema.allOf ?? schema.oneOf ?? schema.anyOf ?? [];
  if (first) return exampleOf(document, first, depth + 1);
  if (schema.enum) return schema.enum[0];
  if (schema.type === 'array') return [exampleOf(document, schema.items, depth + 1)].filter((item) => item !== null);
  if (schema.properties)
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([name, property]) => schema.required?.includes(name) || property.example !== undefined)
        .map(([name, property]) => [name, exampleOf(document, property, depth + 1)]),
    );
  return { string: '', integer: 1, number: 1, boolean: true }[schema.type] ?? null;
}
