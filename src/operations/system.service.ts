import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Metrics } from '../platform/metrics.js';
import { isOf, readProcessName } from '../platform/process-name.js';
import { inSnapshot } from '../platform/snapshot.js';
import { concernsOf } from './domain/concerns.js';
import { type EngineState, engineState, putOffAccounts } from './engine.queries.js';
import type { ProcessResponse, SystemResponse } from './system.dto.js';
import {
  connected,
  type Connected,
  databaseStanding,
  type DatabaseStanding,
  type Lateness,
  latenessOf,
  leasesByOwner,
  type Queue,
  queueByState,
} from './system.queries.js';
import { type WebhookStanding, webhookStanding } from './webhook.queries.js';

/** Of how many runs to tell how late they opened. */
const RUNS_LOOKED_AT = 100;

type Leases = Awaited<ReturnType<typeof leasesByOwner>>;

/** How the machinery stands, over all processes. */
@Injectable()
export class SystemService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** One snapshot, so that no two parts of it disagree. */
  get(): Promise<SystemResponse> {
    return inSnapshot(this.em, () => this.look());
  }

  private async look(): Promise<SystemResponse> {
    const db = this.em.getKysely();
    const now = this.clock.sql();
    const state = await engineState(db, now);
    const putOff = await putOffAccounts(db, now);
    const webhooks = await webhookStanding(db, now);
    const database = await databaseStanding(db);
    const processes = processesOf(await connected(db), await leasesByOwner(db));
    const { processing, paused, cancelling, held, expired, inDoubt } = state;
    return {
      concerns: concernsOf({
        ...lagsOf(state, webhooks),
        processes,
        expiredLeases: expired,
        inDoubt,
        disabledWebhooks: webhooks.disabled,
        putOffAccounts: putOff.map(({ channel, name }) => `${channel} ${name}`),
        connections: database.connections,
        mostConnections: database.mostConnections,
      }),
      processes,
      lag: lagOf(state, webhooks, await latenessOf(db, RUNS_LOOKED_AT)),
      runs: { processing, paused, cancelling },
      queue: queueOf(await queueByState(db, now)),
      leases: { held, expired },
      in_doubt: inDoubt,
      fenced_writes: await this.metrics.total('campanile_fenced_writes_total'),
      database: databaseOf(database),
    };
  }
}

/** Those of ours; a lease names the process that holds it as `host/pid/…`. */
function processesOf(names: Connected[], owners: Leases): ProcessResponse[] {
  return names.flatMap(({ name, connections, since }) => {
    const known = readProcessName(name);
    if (!known) return [];
    const held = owners.filter(({ owner }) => {
      const [host = '', pid] = owner.split('/');
      return isOf(known, { host, pid: Number(pid) });
    });
    const leases = held.reduce((sum, one) => sum + one.leases, 0);
    return [{ ...known, connected_since: since, connections, leases, answering: isOf(known) }];
  });
}

const lagsOf = ({ openingLag, sendingLag }: EngineState, { lag }: WebhookStanding) => ({
  openingLagSeconds: openingLag,
  sendingLagSeconds: sendingLag,
  webhookLagSeconds: lag,
});

const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;

const lagOf = (state: EngineState, webhooks: WebhookStanding, { runs, median, worst }: Lateness) => ({
  opening_seconds: thousandths(state.openingLag),
  sending_seconds: thousandths(state.sendingLag),
  webhook_seconds: thousandths(webhooks.lag),
  opened_runs: runs,
  opened_median_ms: median === null ? null : Math.round(median),
  opened_worst_ms: worst === null ? null : Math.round(worst),
});

const queueOf = ({ inFlight, due, later, awaitingWinner, paused }: Queue) => ({
  in_flight: inFlight,
  due,
  later,
  awaiting_winner: awaitingWinner,
  paused,
});

const databaseOf = ({ version, size, connections, mostConnections }: DatabaseStanding) => ({
  server_version: version,
  size_bytes: size,
  connections,
  most_connections: mostConnections,
});
