import { Readable } from 'node:stream';
import { BadRequestException, NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { streamedTypes } from './body-stream.js';
import { invalid, unsupportedType } from './errors.js';
import { unusable } from './unusable.js';

/** Who speaks HTTP/1.1 names the host (RFC 9112 §3.2). Once: what a proxy takes for it must be what we do. */
export async function checkHost({ raw }: Pick<FastifyRequest, 'raw'>): Promise<void> {
  if (raw.httpVersionMajor < 1) throw new BadRequestException('The request line names no version of HTTP.');
  const hosts = raw.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && raw.httpVersion === '1.1'))
    throw new BadRequestException(`A request has one Host header; this one has ${hosts === 0 ? 'none' : hosts}.`);
}

/**
 * Before the body is parsed: JSON is the only format taken, but for routes that take a stream and look themselves. A content type without a body is what many clients send with
 * an action or a DELETE, and means nothing.
 */
export async function checkMediaType(request: Pick<FastifyRequest, 'headers' | 'routeOptions'>): Promise<void> {
  const { headers } = request;
  const type = headers['content-type'];
  if (type === undefined) return;
  if (Number(headers['content-length'] ?? 0) === 0 && headers['transfer-encoding'] === undefined)
    delete headers['content-type'];
  else if (streamedTypes(request).length === 0 && !/^application\/json\s*(?:;|$)/i.test(type))
    throw unsupportedType(['application/json']);
}

/** Before anything else looks at the values: refuses what is `unusable`. */
export async function checkValues({
  body,
  query,
  params,
}: Pick<FastifyRequest, 'body' | 'query'> & { params?: unknown }): Promise<void> {
  // Nothing has such a name.
  if (unusable(params).length > 0) throw new NotFoundException('There is nothing at this address.');
  const errors = [...unusable(query), ...(body instanceof Readable ? [] : unusable(body))];
  if (errors.length > 0) throw invalid('VALIDATION_FAILED', errors);
}
