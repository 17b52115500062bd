import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { type Facts, OnFact } from '../platform/events.js';
import { AnalyticsService } from './analytics.service.js';
import { keepFacts, sumEngagement } from './analytics.queries.js';
import { deleteHits, sumHits } from './hit-counts.queries.js';
import { RunVariantsService } from './run-variants.service.js';

/** Keeps what others tell of messages, in the transaction of whoever states it, and forgets what is over for long. */
@Injectable()
export class AnalyticsListener {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly analytics: AnalyticsService,
    private readonly variants: RunVariantsService,
  ) {}

  /** Consent and suppression list are seen to already; what is left is what became of the message. */
  @OnFact('contact.unsubscribed')
  async keepUnsubscription({ contactId, runId }: Facts['contact.unsubscribed']): Promise<void> {
    await keepFacts(this.em.getKysely(), [{ runId, contactId, kind: 'unsubscribed', at: this.clock.now() }]);
  }

  @OnFact('messages.reported')
  async keepReports({ reports }: Facts['messages.reported']): Promise<void> {
    await this.analytics.recordEngagement(reports);
  }

  /** Slice by slice, each with its own commit; who is stopped in between is told of the same runs again. */
  @OnFact('ledger.closed')
  async forgetRuns(runs: Facts['ledger.closed']): Promise<void> {
    const db = this.em.getKysely();
    await this.variants.keep(runs.fromRun, runs.beforeRun);
    await sumHits(db, runs);
    while ((await deleteHits(db, runs)) > 0);
    while ((await sumEngagement(db, runs)) > 0);
  }
}
