import type { FastifyInstance } from 'fastify';
import type { Histogram } from 'prom-client';
import type { Metrics } from './metrics.js';

const SECONDS = [0.005, 0.025, 0.1, 0.5, 2.5, 10];

/** Measures every answer by its route, never by its address: ids and tokens would make a series each. */
export function measureAnswers(server: FastifyInstance, metrics: Metrics): void {
  let durations: Histogram | undefined;
  metrics.define((client, registers) => {
    durations = new client.Histogram({
      name: 'campanile_http_request_duration_seconds',
      help: 'From the head of a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: SECONDS,
      registers,
    });
  });
  server.addHook('onResponse', (request, reply, done) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    durations?.observe(labels, reply.elapsedTime / 1000);
    done();
  });
}
