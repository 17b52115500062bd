import { Readable } from 'node:stream';
import { NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { streamedTypes } from './body-stream.js';
import { type FieldError, invalid, unsupportedType } from './errors.js';
import { pointTo } from './json-pointer.js';
import { isStorable } from './storable.js';

/** Deeper than any real contact; recursion over it, ours or a library's, stays far from the end of the stack. */
const DEEPEST = 64;

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

/**
 * Before anything looks at the values: refuses what PostgreSQL cannot store as text (U+0000, half of a surrogate pair)
 * nesting without end, and names that every JavaScript object has, which validation would take for known ones.
 */
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

function unusable(root: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const open = [{ value: root, pointer: '', depth: 0 }];
  for (let item = open.pop(); item; item = open.pop()) {
    const { value, pointer, depth } = item;
    if (typeof value === 'string') {
      if (!isStorable(value)) errors.push({ pointer, message: `${pointer || 'the body'} ${UNSTORABLE}` });
    } else if (typeof value === 'object' && value !== null) {
      if (depth > DEEPEST) return [{ pointer, message: `the body is nested deeper than ${DEEPEST} levels` }];
      for (const [key, child] of Object.entries(value)) {
        const at = pointTo(pointer, key);
        if (key in Object.prototype) errors.push({ pointer: at, message: `property ${key} should not exist` });
        else if (isStorable(key)) open.push({ value: child, pointer: at, depth: depth + 1 });
        else errors.push({ pointer: at, message: `a name in ${pointer || 'the body'} ${UNSTORABLE}` });
      }
    }
  }
  return errors;
}

const UNSTORABLE = 'must not contain the character U+0000 or half of a surrogate pair';
