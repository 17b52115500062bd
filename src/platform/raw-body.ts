import { Readable } from 'node:stream';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mediaTypeOf, streamedTypes } from './body-stream.js';
import { CampanileError, unsupportedType } from './errors.js';

/** A body as it came in, byte by byte: signatures are over these. */
export interface KeptBody {
  bytes: Buffer;
  /** Without parameters, in lower case; empty where the request names none. */
  mediaType: string;
}

const KEPT = Symbol('the body as it came in');
type Keeping = FastifyRequest & { [KEPT]?: KeptBody };

/** What a route's configuration says of it. */
interface RawRoute {
  streamed?: string[];
  raw?: true;
}

/** Marks a route whose body, of one of these media types, is not parsed but kept as it came in. */
export function RawBody(...mediaTypes: string[]): MethodDecorator {
  return applyDecorators(
    RouteConfig({ streamed: mediaTypes, raw: true } satisfies RawRoute),
    ApiConsumes(...mediaTypes),
    ApiBody({ required: true, schema: { type: 'string', format: 'binary' } }),
  );
}

/** Lets the server keep the bodies of these routes, up to the size that any body may have. */
export function keepRawBodies(server: FastifyInstance): void {
  server.addHook('preParsing', async (request: Keeping, _reply, payload) => {
    if (!(request.routeOptions?.config as RawRoute | undefined)?.raw) return payload;
    const mediaType = mediaTypeOf(request);
    const most = request.routeOptions.bodyLimit;
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of payload as AsyncIterable<Buffer>) {
      if ((size += chunk.length) > most)
        throw new CampanileError('too_large', 'BODY_TOO_LARGE', `The body may have ${most} bytes.`);
      chunks.push(chunk);
    }
    request[KEPT] = { bytes: Buffer.concat(chunks), mediaType };
    // What is parsed loses its bytes, and what cannot be parsed would be refused before anybody asked who sent it.
    request.headers['content-type'] = 'application/octet-stream';
    return Readable.from([]);
  });
}

/** The body of a `RawBody` route. */
export const Kept = createParamDecorator((_: unknown, context: ExecutionContext): KeptBody => {
  const request = context.switchToHttp().getRequest<Keeping>();
  const kept = request[KEPT] ?? { bytes: Buffer.alloc(0), mediaType: '' };
  const types = streamedTypes(request);
  if (kept.bytes.length > 0 && !types.includes(kept.mediaType)) throw unsupportedType(types);
  return kept;
});
