import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import type { Application } from './application.js';
import type { Chance } from './chance.js';
import { Overdue, until } from './deadline.js';
import { Fleet, PORTS } from './fleet.js';
import type { Violation } from './invariants.js';
import type { Postgres } from './postgres.js';
import { Sink } from './sink/sink.js';
import type { Undertaker } from './undertaker.js';

/** Short, so that a lost lease is taken back while we watch. */
export const LEASE_MS = 2_000;
/** How long the breaker opens first. */
export const BREAKER_MS = 300;
export const LANES = 2;
export const WINDOW = 50;

/** What every scenario's processes are started with, unless it says otherwise. */
const ENVIRONMENT = {
  LEASE_MS: String(LEASE_MS),
  SENDER_LANES: String(LANES),
  WINDOW_SIZE: String(WINDOW),
  BATCH_SIZE: '200',
  RETRY_BASE_MS: '100',
  BREAKER_MS: String(BREAKER_MS),
  RETRY_MAX_ATTEMPTS: '8',
  DATABASE_POOL: '6',
};

/** A recovered batch, a retry with its backoff, a start of a process on a busy machine: all within this. */
const SETTLE_MS = 45_000;

/** Everything a scenario plays with: a database of its own, a sink, a fleet, chance and the time it may take. */
export class Stage {
  /** What the scenario itself found wrong. */
  readonly violations: Violation[] = [];
  /** Numbers worth reporting beside the common ones. */
  readonly notes: Record<string, number | string> = {};
  /** The oracle's own connections, past every proxy. */
  readonly pool: Pool;

  private constructor(
    readonly database: string,
    readonly seconds: number,
    readonly postgres: Postgres,
    readonly sink: Sink,
    readonly fleet: Fleet,
    readonly chance: Chance,
  ) {
    this.pool = new Pool({ connectionString: postgres.urlOf(database), max: 4 });
    // The server goes away under idle connections; the next question opens another.
    this.pool.on('error', () => undefined);
  }

  static async set(
    name: string,
    place: {
      seconds: number;
      product: string;
      postgres: Postgres;
      template: string;
      chance: Chance;
      undertaker: Undertaker;
    },
    env: Record<string, string>,
  ): Promise<Stage> {
    const { postgres, undertaker, chance } = place;
    const database = `chaos_${name.toLowerCase()}_${Date.now().toString(36)}`;
    const directory = mkdtempSync(join(tmpdir(), 'campanile-chaos-'));
    undertaker.removeAtTheEnd(directory);
    await postgres.create(database, place.template);
    const sink = await Sink.start(join(directory, 'journal'), chance.for('sink').seed, PORTS, undertaker);
    const fleet = new Fleet(
      {
        product: place.product,
        directory,
        database,
        postgres,
        sink,
        env: { ...ENVIRONMENT, ...env },
        chance: chance.for('proxies'),
      },
      undertaker,
    );
    return new Stage(database, place.seconds, postgres, sink, fleet, chance.for('scenario'));
  }

  /** Notes a violation unless the claim holds. */
  claim(invariant: string, holds: boolean, what: string, evidence: string[] = []): void {
    if (!holds) this.violations.push({ invariant, what, evidence });
  }

  /** A statement of the oracle's. */
  async sql<Row = Record<string, string>>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query(text, values)).rows as Row[];
  }

  async makeContacts(count: number): Promise<void> {
    await this.sql(
      `insert into contact (email, first_name) select 'c' || n || '@example.com', 'Name ' || n from generate_series(1, $1::int) n`,
      [count],
    );
  }

  /** A campaign by the API, due now unless told otherwise; answers its id. */
  async launch(campaign: Record<string, unknown> = {}, application: Application = this.fleet.any): Promise<number> {
    const { status, body } = await application.request('POST', '/campaigns/', {
      name: 'Chaos',
      type: 'one_time',
      schedule_time: new Date().toISOString(),
      message: 'Hello {{ first_name }}',
      ...campaign,
    });
    if (status !== 201) throw new Error(`the campaign was not made: ${status} ${JSON.stringify(body)}`);
    return body.id;
  }

  /** Something happens at a random moment about every `everyMs`, until the time of the scenario is over. */
  async every(everyMs: number, act: () => Promise<unknown>, seconds = this.seconds): Promise<number> {
    const end = performance.now() + seconds * 1000;
    let acts = 0;
    for (;;) {
      const next = performance.now() + everyMs * this.chance.between(0.6, 1.4);
      if (next > end) return acts;
      await until('the next fault is due', everyMs * 2, () => performance.now() >= next);
      await act();
      acts += 1;
    }
  }

  /** Waits until so many messages have been taken. */
  async taken(count: number): Promise<void> {
    await until(
      `${count} messages taken`,
      SETTLE_MS,
      () => this.sink.accepted,
      (accepted) => accepted >= count,
    );
  }

  /** Waits until no run is open and no one-time campaign is due; what is not at its end by then is a violation. */
  async settle(withinMs = SETTLE_MS): Promise<void> {
    const open = `
      select (select count(*)::int from run where finished_at is null)
           + (select count(*)::int from campaign where next_run_at <= now() and status in ('pending', 'processing')) as open`;
    try {
      await until(
        'every run is at its end',
        withinMs,
        () => this.sql<{ open: number }>(open),
        ([row]) => row?.open === 0,
      );
    } catch (error) {
      if (!(error instanceof Overdue)) throw error;
      this.claim('I1', false, error.message, await this.openWork());
    }
  }

  async close(): Promise<void> {
    await this.fleet.close();
    await this.sink.stop();
    await this.pool.end();
    await this.postgres.drop(this.database);
  }

  private async openWork(): Promise<string[]> {
    const rows = await this.sql(`
      select r.id as run, r.status, r.reason, b.seq, b.state, b.owner, b.epoch, b.attempt, b.due_at, b.lease_until, now() as now,
             b.intent_upto, b.size, b.sent, b.failed, b.skipped, b.in_doubt, b.deferred
      from run r left join run_batch b on b.run_id = r.id and b.state <> 'done' where r.finished_at is null limit 10`);
    const troubles = this.fleet.all.flatMap((application) =>
      application
        .said()
        .split('\n')
        .filter((line) => line.includes('"error"'))
        .slice(0, 3),
    );
    return [...rows.map((row) => JSON.stringify(row)), ...troubles.map((line) => line.slice(0, 600))];
  }
}
