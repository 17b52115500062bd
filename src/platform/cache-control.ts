import type { FastifyInstance } from 'fastify';

/**
 * Lets nobody keep what may be about persons, or secret: that is every answer that does not say otherwise itself. A browser
 * alone may keep what has an ETag, and asks each time whether it still holds. After `keepEtags`.
 */
export function keepPrivate(server: Pick<FastifyInstance, 'addHook'>): void {
  server.addHook('onSend', async ({ method }, reply, payload) => {
    if (reply.hasHeader('cache-control')) return payload;
    const isAsked = method === 'GET' && reply.hasHeader('etag');
    reply.header('cache-control', isAsked ? 'private, no-cache' : 'no-store');
    return payload;
  });
}
