import { Readable } from 'node:stream';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { unsupportedType } from './errors.js';

/** A body that is read as it comes in, whatever its size. */
export interface StreamedBody {
  stream: Readable;
  /** Without parameters, in lower case. */
  mediaType: string;
}

/** What a route's configuration says of it. */
interface Streaming {
  streamed?: string[];
}

/** Marks a route whose body, of one of these media types, is not parsed but handed over as a stream. */
export function Streamed(...mediaTypes: string[]): MethodDecorator {
  return applyDecorators(
    RouteConfig({ streamed: mediaTypes } satisfies Streaming),
    ApiConsumes(...mediaTypes),
    ApiBody({ required: true, schema: { type: 'string', format: 'binary' } }),
  );
}

/** The media types that the request's route takes as a stream; none for most. */
export function streamedTypes(request: Pick<FastifyRequest, 'routeOptions'>): string[] {
  return (request.routeOptions?.config as Streaming | undefined)?.streamed ?? [];
}

/** The media type of a request's body, without parameters and in lower case; empty where it names none. */
export function mediaTypeOf({ headers }: Pick<FastifyRequest, 'headers'>): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/** Lets the server hand bodies of these routes over. After all others: it takes whatever nobody parses. */
export function acceptStreams(server: FastifyInstance): void {
  server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** The body of a `Streamed` route. */
export const BodyStream = createParamDecorator((_: unknown, context: ExecutionContext): StreamedBody => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const mediaType = mediaTypeOf(request);
  // Without a content type there is no body either.
  if (request.body == null) return { stream: Readable.from([]), mediaType };
  if (!(request.body instanceof Readable) || !streamedTypes(request).includes(mediaType))
    throw unsupportedType(streamedTypes(request));
  return { stream: request.body, mediaType };
});
