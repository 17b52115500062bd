import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';

/** Prometheus's client, loaded. */
export type MetricsClient = typeof import('prom-client');

/** Where metrics belong that are to be shown. */
export type Registers = [Registry];

/** Makes metrics. */
export type Definition = (client: MetricsClient, registers: Registers) => void;

/**
 * What this process counts and measures, under names that begin with `campanile_`. Whoever knows a number defines how it is
 * shown. The metrics are made when somebody first asks: where nobody does they cost nothing, and what is counted on the way
 * of a message is a plain number there in any case, copied by whoever asks.
 */
@Injectable()
export class Metrics {
  /** The media type of `text`. */
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  private readonly definitions: Definition[] = [];
  private registry: Promise<Registry> | undefined;

  /** Before the application listens. */
  define(definition: Definition): void {
    this.definitions.push(definition);
  }

  /** Every metric in Prometheus's text format. */
  async text(): Promise<string> {
    this.registry ??= this.load();
    return (await this.registry).metrics();
  }

  private async load(): Promise<Registry> {
    const client = await import('prom-client');
    const registry = new client.Registry();
    for (const define of this.definitions) define(client, [registry]);
    return registry;
  }
}
