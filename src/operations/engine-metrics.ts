import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { Clock } from '../platform/clock.js';
import { type Facts, OnFact } from '../platform/events.js';
import { Metrics, type MetricsClient, type Registers } from '../platform/metrics.js';
import { type EngineState, engineState, type PutOffAccount, putOffAccounts } from './engine.queries.js';
import { type WebhookStanding, webhookStanding } from './webhook.queries.js';

/** However many ask, the database is asked this seldom. */
const TRUST_MS = 5_000;

const LATENESS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 60, 600, 3600];

type Glance = EngineState & { putOff: PutOffAccount[]; webhooks: WebhookStanding };

/** How the engine stands over all processes, by one look at the database; and how late this process opens runs. */
@Injectable()
export class EngineMetrics {
  private lateness: Histogram | undefined;
  private latest: { at: number; glance: Promise<Glance | null> } | undefined;

  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    metrics.define((client, registers) => this.defineLateness(client, registers));
    metrics.define((client, registers) => {
      for (const measure of measures) this.gauge(client, registers, measure);
      this.defineStates(client, registers);
    }, 'engine');
  }

  private defineLateness({ Histogram }: MetricsClient, registers: Registers): void {
    this.lateness = new Histogram({
      name: 'campanile_run_lateness_seconds',
      help: 'Runs this process opened, by how long after their time.',
      buckets: LATENESS_SECONDS,
      registers,
    });
  }

  private defineStates({ Gauge }: MetricsClient, registers: Registers): void {
    const look = () => this.look();
    new Gauge({
      name: 'campanile_open_runs',
      help: 'Runs that have not ended.',
      labelNames: ['status'],
      registers,
      async collect() {
        this.reset();
        const glance = await look();
        for (const status of ['processing', 'paused', 'cancelling'] as const)
          if (glance) this.set({ status }, glance[status]);
      },
    });
    new Gauge({
      name: 'campanile_leases',
      help: 'Batches in the hands of a process; expired ones are soon recovered.',
      labelNames: ['state'],
      registers,
      async collect() {
        this.reset();
        const glance = await look();
        for (const state of ['held', 'expired'] as const) if (glance) this.set({ state }, glance[state]);
      },
    });
    new Gauge({
      name: 'campanile_provider_put_off',
      help: '1 for each account that takes nothing at the moment: its breaker is open, or it asked to wait.',
      labelNames: ['channel', 'provider'],
      registers,
      async collect() {
        this.reset();
        for (const { channel, name } of (await look())?.putOff ?? []) this.set({ channel, provider: name }, 1);
      },
    });
  }

  /** One at recipients' wall time opens before its time, when the first zone is due: not late. */
  @OnFact('run.opened')
  measure({ scheduledFor }: Facts['run.opened']): void {
    this.lateness?.observe(Math.max(0, this.clock.now().getTime() - scheduledFor.getTime()) / 1000);
  }

  private gauge({ Gauge }: MetricsClient, registers: Registers, { name, help, value }: Measure): void {
    const look = () => this.look();
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const now = value(await look());
        // Without an answer there is no number: an old one would look like a fact.
        if (now === undefined) this.remove();
        else this.set(now);
      },
    });
  }

  /** Null where the database does not answer. */
  private look(): Promise<Glance | null> {
    const at = this.clock.now().getTime();
    if (!this.latest || at - this.latest.at >= TRUST_MS || at < this.latest.at)
      this.latest = { at, glance: this.ask().catch(() => null) };
    return this.latest.glance;
  }

  private async ask(): Promise<Glance> {
    const db = this.em.getKysely();
    const state = await engineState(db, this.clock.sql());
    const putOff = await putOffAccounts(db, this.clock.sql());
    return { ...state, putOff, webhooks: await webhookStanding(db, this.clock.sql()) };
  }
}

/** A gauge without labels; undefined where there is nothing to show. */
interface Measure {
  name: string;
  help: string;
  value(glance: Glance | null): number | undefined;
}

const measures: Measure[] = [
  {
    name: 'campanile_database_up',
    help: 'Whether the database answered.',
    value: (glance) => (glance ? 1 : 0),
  },
  {
    name: 'campanile_in_doubt',
    help: 'Recipients nobody knows of whether they were reached, in runs whose ledger is kept.',
    value: (glance) => glance?.inDoubt,
  },
  {
    name: 'campanile_opening_lag_seconds',
    help: 'How long the campaign due longest has waited to be opened.',
    value: (glance) => glance?.openingLag,
  },
  {
    name: 'campanile_sending_lag_seconds',
    help: 'How long the batch due longest has waited for a sender; paused runs do not count.',
    value: (glance) => glance?.sendingLag,
  },
  {
    name: 'campanile_webhook_lag_seconds',
    help: 'How long what is due longest to an active webhook has waited.',
    value: (glance) => glance?.webhooks.lag,
  },
  {
    name: 'campanile_webhooks_disabled',
    help: 'Webhooks that are told nothing any more, for they are gone or took nothing for days.',
    value: (glance) => glance?.webhooks.disabled,
  },
];
