import { MethodNotAllowedException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Lets a known path that is asked with another method answer 405 with `Allow`, not 404. Before any route is added. */
export function refuseOtherMethods(server: FastifyInstance): void {
  const routes = new Map<string, { path: RegExp; methods: string[] }>();
  server.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const route = routes.get(url) ?? { path: pathOf(url), methods: [] };
    route.methods.push(...[method].flat());
    routes.set(url, route);
  });
  server.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    if (!request.is404) return;
    const asked = request.url.split('?')[0]!;
    const methods = [...routes.values()].flatMap(({ path, methods }) => (path.test(asked) ? methods : []));
    if (methods.length === 0) return;
    const allowed = [...new Set(methods)].sort().join(', ');
    reply.header('allow', allowed);
    throw new MethodNotAllowedException(`${request.method} is not possible here; ${allowed} is.`);
  });
}

/** What a route's pattern matches, with or without a slash at its end. */
function pathOf(url: string): RegExp {
  const parts = url.split('/').filter(Boolean);
  return new RegExp(`^${parts.map((part) => (part.startsWith(':') ? '/[^/]+' : `/${escaped(part)}`)).join('')}/?$`);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
