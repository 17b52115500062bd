import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { invalid, MOST_NAMED } from './errors.js';
import { changedNumber, changedNumbers } from './json-numbers.js';

/** Bodies in which reading made other numbers of some, as they came in. */
const changed = new WeakMap<object, string>();

/** Lets the server read JSON as ever, and keep the text of a body whose numbers cannot all be kept. */
export function readExactly(app: NestFastifyApplication): void {
  const server = app.getHttpAdapter().getInstance();
  const parse = server.getDefaultJsonParser('ignore', 'ignore');
  const { bodyLimit } = server.initialConfig;
  app.useBodyParser('application/json', { bodyLimit }, (request, body, done) => {
    const parsed: typeof done = (error, value) => {
      // Whatever of it is no ASCII stands in texts.
      if (!error && changedNumber(body.toString('latin1')) !== null)
        changed.set(request, new TextDecoder().decode(body));
      done(error, value);
    };
    return parse(request as FastifyRequest, body as unknown as string, parsed);
  });
}

/** Once it is known that the values can be looked at: refuses numbers that would be stored as others. */
export async function checkNumbers(request: FastifyRequest): Promise<void> {
  const text = changed.get(request);
  if (text !== undefined) throw invalid('VALIDATION_FAILED', changedNumbers(text).slice(0, MOST_NAMED));
}
