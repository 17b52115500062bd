import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import { BARE_HEADERS } from '../platform/bare-answers.js';
import { Config } from '../platform/config.js';
import { Metrics } from '../platform/metrics.js';
import { refuseAddress, refuseUnread } from '../platform/unread-requests.js';

/** The routes of the application that this port answers, too. */
const HEALTH = ['/health/live', '/health/ready'];

/**
 * A second port, for whoever watches: metrics without a key, and health, of processes of any role. It answers until the
 * process has drained.
 */
@Injectable()
export class MetricsPortService implements OnApplicationShutdown {
  private server: FastifyInstance | undefined;

  constructor(
    private readonly config: Config,
    private readonly metrics: Metrics,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Listens where METRICS_PORT says so; the application must be initialised. Rejects where the port is taken. */
  async listen(): Promise<void> {
    const { METRICS_PORT: port, METRICS_HOST: host } = this.config;
    if (port === 0) return;
    const application = this.host.httpAdapter.getInstance<FastifyInstance>();
    await application.ready();
    this.server = fastify({
      routerOptions: { ignoreTrailingSlash: true },
      forceCloseConnections: true,
      frameworkErrors: refuseAddress(BARE_HEADERS),
      clientErrorHandler: refuseUnread,
    });
    this.server.addHook('onRequest', async (_, reply) => void reply.headers(BARE_HEADERS));
    this.server.get('/metrics', async (_, reply) =>
      reply.type(this.metrics.contentType).send(await this.metrics.text()),
    );
    for (const path of HEALTH)
      this.server.get(path, (request, reply) => {
        reply.hijack();
        application.routing(request.raw, reply.raw);
      });
    await this.server.listen({ port, host });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.server?.close();
  }
}
