import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { answerAhead } from '../platform/answer-ahead.js';
import { HttpDurations } from '../platform/http-durations.js';
import { type Asked, TrackingRequests } from './tracking-requests.js';

const ROUTES = { o: '/o/:file', c: '/c/:token' };
/** How messages write it. What is written otherwise takes the way through the routes. */
const WRITTEN = /^\/(?:o\/([\w-]{1,100})\.gif|c\/([\w-]{1,100}))(?:\?|$)/;

/**
 * Where the pixel and the links of messages are. Anybody may ask, and there is nothing to validate but the token: so these two,
 * of all routes, are the server's own and not a controller's, and mostly not even the framework's, whose hooks cost more than
 * the answer.
 */
@Injectable()
export class TrackingRoutes implements OnModuleInit {
  constructor(
    private readonly requests: TrackingRequests,
    private readonly durations: HttpDurations,
    private readonly host: HttpAdapterHost,
  ) {}

  /** A command has no server. */
  onModuleInit(): void {
    const server = this.host.httpAdapter?.getInstance<FastifyInstance>();
    if (!server) return;
    server.get<{ Params: { file: string } }>(ROUTES.o, async ({ params, raw }, reply) => {
      const token = params.file.endsWith('.gif') ? params.file.slice(0, -4) : '';
      await this.requests.answer({ kind: 'o', token }, raw, reply.hijack().raw);
    });
    server.get<{ Params: { token: string } }>(ROUTES.c, async ({ params: { token }, raw }, reply) => {
      await this.requests.answer({ kind: 'c', token }, raw, reply.hijack().raw);
    });
    answerAhead(server.server, (request, response) => this.take(request, response));
  }

  private take(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '' } = request;
    if (method !== 'GET' && method !== 'HEAD') return false;
    const [, pixel, link] = WRITTEN.exec(url) ?? [];
    const token = pixel ?? link;
    if (token === undefined) return false;
    // Here no framework catches what nobody foresaw: it ends this answer and not the process.
    this.answer({ kind: pixel === undefined ? 'c' : 'o', token }, request, response).catch(() => response.destroy());
    return true;
  }

  private async answer(asked: Asked, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const begun = performance.now();
    const status = await this.requests.answer(asked, request, response);
    this.durations.note({ method: request.method!, route: ROUTES[asked.kind], status }, performance.now() - begun);
  }
}
