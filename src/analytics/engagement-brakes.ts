import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { brakeReason } from '../campaigns/domain/brakes.js';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { RunReportService } from '../delivery/run-report.service.js';
import { Config } from '../platform/config.js';
import { harmOf } from './analytics.queries.js';
import type { EngagementFact } from './domain/engagement.js';

/** Pauses runs of which too much bounces or brings complaints; those that fail at once are delivery's to stop. */
@Injectable()
export class EngagementBrakes {
  private readonly logger = new Logger('Brakes');

  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
    private readonly reports: RunReportService,
    private readonly config: Config,
  ) {}

  /** Looks at the processing runs that these facts speak ill of. */
  async apply(facts: EngagementFact[]): Promise<void> {
    const harmed = facts.filter(({ kind }) => kind === 'bounced' || kind === 'complained').map(({ runId }) => runId);
    const runs = harmed.length === 0 ? [] : await this.runs.find([...new Set(harmed)]);
    for (const run of runs) if (run.status === 'processing') await this.look(run);
  }

  private async look({ id, brakedAt = null }: Run): Promise<void> {
    const rates = { failed: 1, bounced: this.config.BRAKE_BOUNCE_RATE, complained: this.config.BRAKE_COMPLAINT_RATE };
    const { sent, failed } = await this.reports.get(id);
    const counts = { sent, failed, ...(await harmOf(this.em.getKysely(), id)) };
    const reason = brakeReason(counts, brakedAt, rates);
    if (reason && (await this.runs.hold(id, reason, counts)))
      this.logger.error({ message: 'run paused', run_id: id, reason });
  }
}
