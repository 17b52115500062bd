import { Injectable } from '@nestjs/common';
import { Metrics, type MetricsClient, type Registers } from '../platform/metrics.js';
import { BatchLedger } from './batch-ledger.js';
import { DeliveryService } from './delivery.service.js';

/** Shows what the senders of this process counted. */
@Injectable()
export class DeliveryMetrics {
  constructor(
    private readonly ledger: BatchLedger,
    private readonly delivery: DeliveryService,
    metrics: Metrics,
  ) {
    metrics.define((client, registers) => this.define(client, registers));
  }

  private define({ Counter }: MetricsClient, registers: Registers): void {
    const { ledger, delivery } = this;
    new Counter({
      name: 'campanile_deliveries_total',
      help: 'Outcomes this process recorded, one a recipient and try; deferred is tried again.',
      labelNames: ['channel', 'provider', 'outcome'],
      registers,
      collect() {
        this.reset();
        for (const { count, ...labels } of ledger.outcomes.all()) this.inc(labels, count);
      },
    });
    new Counter({
      name: 'campanile_fenced_writes_total',
      help: 'Records the fence refused: their lease had gone to another process.',
      registers,
      collect() {
        this.reset();
        this.inc(ledger.fencedWrites);
      },
    });
    new Counter({
      name: 'campanile_recovered_batches_total',
      help: 'Batches this process took back after their lease ran out.',
      registers,
      collect() {
        this.reset();
        this.inc(delivery.recovered);
      },
    });
  }
}
