import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { trackingOf } from '../campaigns/domain/tracking.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { leadsBack } from '../platform/mail-reach.js';
import { decodeCursor, Page } from '../platform/page.js';
import type { ReportQuery } from '../platform/report.dto.js';
import type { CohortQuery, CohortRun } from './cohort.dto.js';
import { runsAtAge } from './cohort.queries.js';
import { ageMs } from './domain/age.js';
import { outcomeRates } from './domain/outcome-rates.js';
import { basesOf } from './domain/rates.js';
import type { StepCounts } from './outcome-counts.dto.js';

/** The runs of a campaign beside each other, each at the same age. */
@Injectable()
export class CohortService {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignsService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Newest first. Throws CAMPAIGN_NOT_FOUND. */
  async of(
    campaignId: number,
    { age, hits, limit, cursor }: Omit<CohortQuery, keyof ReportQuery>,
  ): Promise<Page<CohortRun>> {
    await this.campaigns.get(campaignId);
    const length = ageMs(age);
    const range = { before: decodeCursor(cursor) ?? Number.MAX_SAFE_INTEGER, most: limit + 1 };
    const runs = await runsAtAge(this.em.getKysely(), campaignId, length, range, hits);
    const now = this.clock.now().getTime();
    const aged = runs.map(({ run_id, scheduled_for, opened_at, status, channel, format, tracking, ...counts }) => {
      const based = { ...counts, ...this.basesOf({ channel, format, tracking }, counts) };
      const complete = opened_at.getTime() + length <= now;
      return { run_id, scheduled_for, opened_at, status, age, complete, ...based, rates: outcomeRates(based) };
    });
    return Page.cut(aged, limit, (run) => run.run_id);
  }

  private basesOf(run: Parameters<typeof trackingOf>[0], counts: StepCounts) {
    const { opens, clicks } = leadsBack(this.config) ? trackingOf(run) : { opens: false, clicks: false };
    return basesOf({ ...counts, open_base: opens ? counts.sent : 0, click_base: clicks ? counts.sent : 0 });
  }
}
