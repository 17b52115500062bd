import { monitorEventLoopDelay } from 'node:perf_hooks';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { Config } from '../platform/config.js';
import { Metrics, type MetricsClient, type Registers } from '../platform/metrics.js';

/** As often as the heartbeat looks at the clock. */
const RESOLUTION_MS = 20;

/** How this process fares: its event loop, memory, processor time and database connections. */
@Injectable()
export class ProcessMetrics implements OnApplicationShutdown {
  /** Begins with the first question: a process that nobody asks measures nothing. */
  private delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

  constructor(
    private readonly em: EntityManager,
    private readonly config: Config,
    metrics: Metrics,
  ) {
    metrics.define((client, registers) => {
      this.defineProcess(client, registers);
      this.defineLoop(client, registers);
      this.defineDatabase(client, registers);
    });
  }

  private defineProcess({ Counter, Gauge }: MetricsClient, registers: Registers): void {
    new Gauge({
      name: 'campanile_process_info',
      help: 'What this process does, and on which Node.',
      labelNames: ['roles', 'node'],
      registers,
    }).set({ roles: this.config.ROLES.join(','), node: process.versions.node }, 1);
    new Gauge({
      name: 'campanile_memory_bytes',
      help: 'Memory of this process.',
      labelNames: ['kind'],
      registers,
      collect() {
        const { rss, heapUsed, external } = process.memoryUsage();
        this.set({ kind: 'resident' }, rss);
        this.set({ kind: 'heap' }, heapUsed);
        this.set({ kind: 'external' }, external);
      },
    });
    new Counter({
      name: 'campanile_cpu_seconds_total',
      help: 'Processor time of this process, its own and on its behalf.',
      registers,
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1e6);
      },
    });
  }

  private defineLoop({ Gauge }: MetricsClient, registers: Registers): void {
    const delays = () => this.delays();
    new Gauge({
      name: 'campanile_event_loop_delay_seconds',
      help: 'How much later than asked for a timer fired, since the last question.',
      labelNames: ['statistic'],
      registers,
      collect() {
        for (const [statistic, seconds] of delays()) this.set({ statistic }, seconds);
      },
    });
  }

  private defineDatabase({ Gauge }: MetricsClient, registers: Registers): void {
    const pool = () => this.pool();
    new Gauge({
      name: 'campanile_database_connections',
      help: 'Connections of this process: busy, idle, and askers that wait for one.',
      labelNames: ['state'],
      registers,
      async collect() {
        const { totalCount, idleCount, waitingCount } = await pool();
        this.set({ state: 'busy' }, totalCount - idleCount);
        this.set({ state: 'idle' }, idleCount);
        this.set({ state: 'waiting' }, waitingCount);
      },
    });
  }

  onApplicationShutdown(): void {
    this.delay?.disable();
  }

  private delays(): [statistic: string, seconds: number][] {
    if (!this.delay) {
      this.delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      this.delay.enable();
    }
    const { count } = this.delay;
    const late = (nanoseconds: number) => (count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3));
    const seen = [
      ['mean', late(this.delay.mean)],
      ['p99', late(this.delay.percentile(99))],
      ['max', late(this.delay.max)],
    ] as [string, number][];
    this.delay.reset();
    return seen;
  }

  private pool(): Promise<Pool> {
    return this.em.getConnection().getNativeClient() as Promise<Pool>;
  }
}
