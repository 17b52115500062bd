import { Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { type Figures, type TeamFigures, together } from './figures.js';

/** Prometheus's client, loaded. */
export type MetricsClient = typeof import('prom-client');

/** Where metrics belong that are to be shown. */
export type Registers = [Registry];

/** Makes metrics. */
export type Definition = (client: MetricsClient, registers: Registers) => void;

/** Whom a metric is about: the process that shows it, or the engine over all processes, of which every process says the same. */
type Subject = 'process' | 'engine';

/** What this process is called beside those that work for it. */
const FIRST = 'first';

/**
 * What this process counts and measures, under names that begin with `campanile_`. Whoever knows a number defines how it is
 * shown. The metrics are made when somebody first asks: where nobody does they cost nothing, and what is counted on the way
 * of a message is a plain number there in any case, copied by whoever asks.
 */
@Injectable()
export class Metrics {
  /** The media type of `text`. */
  readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  private readonly definitions: [Definition, Subject][] = [];
  private registries: Promise<Record<Subject, Registry>> | undefined;
  private team: () => Promise<TeamFigures[]> = () => Promise.resolve([]);

  /** Before the application listens. */
  define(definition: Definition, subject: Subject = 'process'): void {
    this.definitions.push([definition, subject]);
  }

  /** Shows with this process's metrics those of the processes that work for it. */
  include(team: () => Promise<TeamFigures[]>): void {
    this.team = team;
  }

  /** Every metric in Prometheus's text format. */
  async text(): Promise<string> {
    const [{ engine }, figures, others] = await Promise.all([this.load(), this.own(), this.team()]);
    const processes = await together([{ process: FIRST, figures }, ...others]);
    return `${await processes.metrics()}${await engine.metrics()}`;
  }

  /** What this process alone counts and measures, to be told to the one it works for. */
  async own(): Promise<Figures> {
    return (await this.load()).process.getMetricsAsJSON();
  }

  /** What a counter has come to, over this process and those that work for it, since they were started. */
  async total(name: string): Promise<number> {
    const figures = [await this.own(), ...(await this.team()).map((member) => member.figures)].flat();
    const values = figures.filter((metric) => metric.name === name).flatMap((metric) => metric.values);
    return values.reduce((sum, { value }) => sum + Number(value), 0);
  }

  private load(): Promise<Record<Subject, Registry>> {
    return (this.registries ??= this.make());
  }

  private async make(): Promise<Record<Subject, Registry>> {
    const client = await import('prom-client');
    const registries = { process: new client.Registry(), engine: new client.Registry() };
    for (const [define, subject] of this.definitions) define(client, [registries[subject]]);
    return registries;
  }
}
