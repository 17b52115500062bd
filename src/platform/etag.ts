import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/**
 * Gives what GETs answer in JSON a strong ETag, a hash of what is said, unless it carries one by its version; and answers
 * 304 and nothing more to who has that already. The work of making the answer is done all the same: what is saved is the way.
 */
export function keepEtags(server: Pick<FastifyInstance, 'addHook'>): void {
  server.addHook('onSend', async (request, reply, payload) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
    if (reply.hasHeader('etag') || !/^application\/json/.test(String(reply.getHeader('content-type')))) return payload;
    const tag = `"${createHash('sha1').update(payload).digest('base64url')}"`;
    reply.header('etag', tag);
    if (!isKnown(request.headers['if-none-match'], tag)) return payload;
    reply.code(304).removeHeader('content-type');
    return null;
  });
}

/** Whether `If-None-Match` names the tag, alone or in a list; proxies make weak ones of ours (RFC 9110 §13.1.2). */
function isKnown(header: string | undefined, tag: string): boolean {
  return header?.split(',').some((known) => known.trim() === '*' || known.trim().replace(/^W\//, '') === tag) ?? false;
}
