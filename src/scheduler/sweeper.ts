import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { ConsentRetentionService } from '../audience/consent-retention.service.js';
import { DeliveryService } from '../delivery/delivery.service.js';
import { ReconciliationService } from '../delivery/reconciliation.service.js';
import { InboundService } from '../inbound/inbound.service.js';
import { Clock } from '../platform/clock.js';
import { stepsApart } from '../platform/each-apart.js';
import { forgetOldKeys } from '../platform/idempotency.js';

/** How many runs are compared with their ledger at a time; a hundred small ones take a second. */
const RUNS_AT_ONCE = 100;

/** Puts right what others left behind. Any process may sweep; nothing here needs a leader. */
@Injectable()
export class Sweeper {
  private readonly logger = new Logger('Sweeper');

  constructor(
    private readonly em: EntityManager,
    private readonly delivery: DeliveryService,
    private readonly reconciliations: ReconciliationService,
    private readonly consents: ConsentRetentionService,
    private readonly inbound: InboundService,
    private readonly clock: Clock,
  ) {}

  /** Recovers expired leases, pauses runs that go wrong, settles cancelled and overdue runs, ends finished ones. */
  async sweep(): Promise<void> {
    await this.delivery.recover();
    await this.delivery.brake();
    await this.delivery.settleEnded();
  }

  /** What is due now and then: ledger partitions made ahead of time and dropped at their end, old consent, reports and idempotency keys forgotten. What of it fails is logged and holds up nothing else. */
  housekeep(): Promise<void> {
    return stepsApart(this.logger, {
      'keeping the ledger': () => this.delivery.keepLedger(),
      'forgetting old consent': () => this.consents.forget(),
      'keeping reports and replies': () => this.inbound.keepHouse(),
      'forgetting old idempotency keys': () => forgetOldKeys(this.em.getKysely(), this.clock.sql()),
    });
  }

  /** Compares with their ledger the runs that ended before the last midnight, some at a time until there is none left. */
  async reconcile(): Promise<void> {
    await this.reconciliations.reconcileEnded(RUNS_AT_ONCE);
  }
}
