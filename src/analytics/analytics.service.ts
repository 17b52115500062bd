import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { CampaignResponse } from '../campaigns/campaign-response.dto.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { type CampaignTotals, RunReportService } from '../delivery/run-report.service.js';
import { Page } from '../platform/page.js';
import { PageQuery } from '../platform/page.dto.js';
import type { AnalyticsCounts, CampaignAnalytics, CampaignAnalyticsDetail } from './analytics.dto.js';
import { type Engaged, engagementOfCampaigns, engagementOfRuns } from './analytics.queries.js';
import { ratesOf } from './domain/rates.js';

const RUNS_SHOWN = 100;
const nothing: AnalyticsCounts = {
  audience: 0,
  pending: 0,
  sent: 0,
  failed: 0,
  skipped: 0,
  in_doubt: 0,
  opened: 0,
  clicked: 0,
};

/** How campaigns went: the ledger's counts beside what recipients did. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignsService,
    private readonly reports: RunReportService,
  ) {}

  /** One row per campaign, in the order they were made. */
  async list(query: PageQuery): Promise<Page<CampaignAnalytics>> {
    const campaigns = await this.campaigns.list(query);
    const ids = campaigns.map(({ id }) => id);
    const totals = await this.reports.totalsOf(ids);
    const engaged = await engagementOfCampaigns(this.em.getKysely(), ids);
    const rows = campaigns.map((campaign) => summary(campaign, totals.get(campaign.id), engaged.get(campaign.id)));
    const page = Page.from(rows) as Page<CampaignAnalytics>;
    page.next = campaigns.next;
    return page;
  }

  /** One campaign with its latest runs. Throws CAMPAIGN_NOT_FOUND. */
  async get(campaignId: number): Promise<CampaignAnalyticsDetail> {
    const campaign = await this.campaigns.get(campaignId);
    const runs = await this.reports.ofCampaign(campaignId, Object.assign(new PageQuery(), { limit: RUNS_SHOWN }));
    const totals = await this.reports.totalsOf([campaignId]);
    const db = this.em.getKysely();
    const engaged = await engagementOfCampaigns(db, [campaignId]);
    const perRun = await engagementOfRuns(
      db,
      runs.map(({ id }) => id),
    );
    return {
      ...summary(campaign, totals.get(campaignId), engaged.get(campaignId)),
      runs: [...runs].map((run) => {
        const { audience, pending, sent, failed, skipped, in_doubt } = run;
        const counts = { ...nothing, audience, pending, sent, failed, skipped, in_doubt, ...perRun.get(run.id) };
        const { id: run_id, scheduled_for, status, reason, finished_at } = run;
        return { run_id, scheduled_for, status, reason, finished_at, ...counts, rates: ratesOf(counts) };
      }),
    };
  }
}

function summary(campaign: CampaignResponse, totals?: CampaignTotals, engaged?: Engaged): CampaignAnalytics {
  const { runs: run_count = 0, changed_at, ...ledger } = totals ?? {};
  const counts: AnalyticsCounts = { ...nothing, ...ledger, ...engaged };
  return {
    campaign_id: campaign.id,
    campaign_name: campaign.name,
    status: campaign.status,
    run_count,
    ...counts,
    rates: ratesOf(counts),
    last_run_at: campaign.last_run_at,
    next_run_at: campaign.next_run_at,
    recurrence_message: campaign.recurrence_message,
    last_updated: changed_at ?? campaign.updated_at,
  };
}
