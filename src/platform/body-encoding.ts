import { Readable } from 'node:stream';
import { BadRequestException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { streamedTypes } from './body-stream.js';
import { unsupportedType } from './errors.js';

/** JSON is UTF-8 (RFC 8259 §8.1), and is not unpacked. Routes that take a stream look themselves. */
export async function checkEncoding(request: Pick<FastifyRequest, 'headers' | 'routeOptions'>): Promise<void> {
  const { 'content-type': type, 'content-encoding': packing = 'identity' } = request.headers;
  if (type === undefined || streamedTypes(request).length > 0) return;
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type)?.[1] ?? 'utf-8';
  if (!/^utf-?8$/i.test(charset) || packing.toLowerCase() !== 'identity')
    throw unsupportedType(['application/json in UTF-8, not compressed']);
}

/** A body whose bytes are refused where they are no UTF-8: the parser would put U+FFFD in their place, and nobody would know. */
export async function checkedUtf8(request: FastifyRequest, _reply: unknown, payload: unknown): Promise<unknown> {
  const { 'content-type': type } = request.headers;
  if (type === undefined || streamedTypes(request).length > 0) return payload;
  return Readable.from(utf8Of(payload as AsyncIterable<Buffer>), { objectMode: false });
}

async function* utf8Of(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) {
    check(() => decoder.decode(chunk, { stream: true }));
    yield chunk;
  }
  check(() => decoder.decode());
}

function check(decode: () => string): void {
  try {
    decode();
  } catch {
    throw new BadRequestException('The body is not UTF-8.');
  }
}
