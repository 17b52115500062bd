import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { brakeReason } from '../campaigns/domain/brakes.js';
import { RunsService } from '../campaigns/runs.service.js';
import { Config } from '../platform/config.js';
import { failingRuns } from './run-ledger.queries.js';

/** Pauses runs of which too much fails, before the provider's patience and the customers' goodwill are gone. */
@Injectable()
export class RunBrakes {
  private readonly logger = new Logger('Brakes');

  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
    private readonly config: Config,
  ) {}

  /** Looks at every processing run with failures. */
  async apply(): Promise<void> {
    const rates = { failed: this.config.BRAKE_FAILURE_RATE, bounced: 1, complained: 1 };
    for (const { runId, brakedAt, ...counted } of await failingRuns(this.em.getKysely())) {
      const counts = { ...counted, bounced: brakedAt?.bounced ?? 0, complained: brakedAt?.complained ?? 0 };
      const reason = brakeReason(counts, brakedAt, rates);
      if (reason && (await this.runs.hold(runId, reason, counts)))
        this.logger.error({ message: 'run paused', run_id: runId, reason });
    }
  }
}
