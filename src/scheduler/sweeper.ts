import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { DeliveryService } from '../delivery/delivery.service.js';
import { forgetOldKeys } from '../platform/idempotency.js';

/** Puts right what others left behind. Any process may sweep; nothing here needs a leader. */
@Injectable()
export class Sweeper {
  constructor(
    private readonly em: EntityManager,
    private readonly delivery: DeliveryService,
  ) {}

  /** Recovers expired leases, pauses runs that go wrong, settles cancelled and overdue runs, ends finished ones. */
  async sweep(): Promise<void> {
    await this.delivery.recover();
    await this.delivery.brake();
    await this.delivery.settleEnded();
  }

  /** What is due now and then: ledger partitions ahead of time, old idempotency keys forgotten. */
  async housekeep(): Promise<void> {
    await this.delivery.ensurePartitions();
    await forgetOldKeys(this.em.getKysely());
  }
}
