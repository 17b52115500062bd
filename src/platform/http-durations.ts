import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Histogram } from 'prom-client';
import { Metrics } from './metrics.js';

const SECONDS = [0.005, 0.025, 0.1, 0.5, 2.5, 10];

/** An answer by its route, never by its address: ids and tokens would make a series each. */
export interface AnswerLabels {
  method: string;
  route: string;
  status: number;
}

/** How long answers take. */
@Injectable()
export class HttpDurations {
  private durations: Histogram | undefined;

  constructor(metrics: Metrics) {
    metrics.define((client, registers) => {
      this.durations = new client.Histogram({
        name: 'campanile_http_request_duration_seconds',
        help: 'From the head of a request to the end of its answer.',
        labelNames: ['method', 'route', 'status'],
        buckets: SECONDS,
        registers,
      });
    });
  }

  /** Notes an answer; where nobody asks for metrics it is nothing. */
  note({ method, route, status }: AnswerLabels, milliseconds: number): void {
    this.durations?.observe({ method, route, status }, milliseconds / 1000);
  }
}

/** Measures every answer that the server's routes give. */
export function measureAnswers(server: FastifyInstance, durations: HttpDurations): void {
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    durations.note({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime);
    done();
  });
}
