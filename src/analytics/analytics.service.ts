import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { ConsentService, type Harm } from '../audience/consent.service.js';
import type { CampaignResponse } from '../campaigns/campaign-response.dto.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { RunsService } from '../campaigns/runs.service.js';
import type { RunResponse } from '../delivery/delivery.dto.js';
import { type CampaignTotals, RunReportService } from '../delivery/run-report.service.js';
import { Page } from '../platform/page.js';
import { PageQuery } from '../platform/page.dto.js';
import { inSnapshot } from '../platform/snapshot.js';
import type { AnalyticsCounts, CampaignAnalytics, CampaignAnalyticsDetail, RunAnalytics } from './analytics.dto.js';
import {
  type Engaged,
  engagementOfCampaigns,
  engagementOfRuns,
  keepFacts,
  type KeptFact,
} from './analytics.queries.js';
import type { EngagementFact } from './domain/engagement.js';
import { basesOf, ratesOf } from './domain/rates.js';
import { EngagementBrakes } from './engagement-brakes.js';
import { hitCounts, hitCountsOfCampaigns } from './hit-counts.queries.js';
import { type HitNumbers, hitNumbers, NO_HITS } from './hit-numbers.js';

const RUNS_SHOWN = 100;
/** What of engagement suppresses, and as what. */
const REASONS = { bounced: 'bounce', complained: 'complaint', unsubscribed: 'unsubscribe' } as const;
/** Facts written by one statement. */
const FACTS_AT_ONCE = 1_000;
const nothing: AnalyticsCounts = {
  audience: 0,
  pending: 0,
  sent: 0,
  failed: 0,
  skipped: 0,
  in_doubt: 0,
  opened: 0,
  clicked: 0,
  open_base: 0,
  click_base: 0,
  awaiting_winner: 0,
  ...NO_HITS,
};

/** How campaigns went: the ledger's counts beside what recipients did. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignsService,
    private readonly reports: RunReportService,
    private readonly brakes: EngagementBrakes,
    private readonly runs: RunsService,
    private readonly consent: ConsentService,
  ) {}

  /**
   * Keeps what became of messages after they were sent: the same fact again changes nothing, and one about a run that is
   * not there is left out. Answers how many were new. Who bounced, complained or unsubscribed is suppressed in the transaction
   * that keeps it, and by a repeat not again. Processing runs of which too much bounced or brought a complaint are
   * paused before this returns, also where every fact was known: whoever told them first may have got no further. Not to
   * be called in a transaction, for two callers would each count without the other's facts.
   */
  async recordEngagement(facts: EngagementFact[]): Promise<number> {
    let kept = 0;
    for (let start = 0; start < facts.length; start += FACTS_AT_ONCE)
      kept += await this.keep(facts.slice(start, start + FACTS_AT_ONCE));
    await this.brakes.apply(facts);
    return kept;
  }

  /** Only what is new does harm: a fact told again must not undo what the person has said since. */
  private async keep(facts: EngagementFact[]): Promise<number> {
    if (!facts.some(isHarmful)) return (await keepFacts(this.em.getKysely(), facts)).length;
    return this.consent.heedWhat(async (em) => {
      const kept = await keepFacts(em.getKysely(), facts);
      return { answer: kept.length, harms: await this.harmsOf(kept) };
    });
  }

  /** The facts that speak against another message, on the channel of their run. */
  private async harmsOf(facts: KeptFact[]): Promise<Harm[]> {
    const harmful = facts.filter(isHarmful);
    const runs = harmful.length === 0 ? [] : await this.runs.find([...new Set(harmful.map(({ runId }) => runId))]);
    const channels = new Map(runs.map(({ id, channel }) => [id, channel]));
    return harmful.flatMap(({ runId, contactId, kind }) => {
      const channel = channels.get(runId);
      return channel ? [{ contactId, channel, reason: REASONS[kind as keyof typeof REASONS] }] : [];
    });
  }

  /** One row per campaign, in the order they were made. */
  list(query: PageQuery): Promise<Page<CampaignAnalytics>> {
    return inSnapshot(this.em, async () => {
      const campaigns = await this.campaigns.list(query);
      const page = Page.from(await this.summaries(campaigns)) as Page<CampaignAnalytics>;
      page.next = campaigns.next;
      return page;
    });
  }

  /** These campaigns, in this order. Throws CAMPAIGN_NOT_FOUND. */
  of(campaignIds: number[]): Promise<CampaignAnalytics[]> {
    return inSnapshot(this.em, async () => {
      const campaigns: CampaignResponse[] = [];
      for (const id of campaignIds) campaigns.push(await this.campaigns.get(id));
      return this.summaries(campaigns);
    });
  }

  private async summaries(campaigns: CampaignResponse[]): Promise<CampaignAnalytics[]> {
    const ids = campaigns.map(({ id }) => id);
    const totals = await this.reports.totalsOf(ids);
    const engaged = await this.engagedIn(ids);
    return [...campaigns].map((campaign) => summary(campaign, totals.get(campaign.id), engaged.get(campaign.id)));
  }

  /** One campaign with its latest runs, as both were at one instant. Throws CAMPAIGN_NOT_FOUND. */
  get(campaignId: number): Promise<CampaignAnalyticsDetail> {
    return inSnapshot(this.em, () => this.detail(campaignId));
  }

  private async detail(campaignId: number): Promise<CampaignAnalyticsDetail> {
    const campaign = await this.campaigns.get(campaignId);
    const runs = await this.reports.ofCampaign(campaignId, Object.assign(new PageQuery(), { limit: RUNS_SHOWN }));
    const totals = await this.reports.totalsOf([campaignId]);
    const engaged = await this.engagedIn([campaignId]);
    const perRun = await this.engagedInRuns(runs.map(({ id }) => id));
    return {
      ...summary(campaign, totals.get(campaignId), engaged.get(campaignId)),
      runs: [...runs].map((run) => runAnalytics(run, perRun.get(run.id))),
    };
  }

  /** What recipients did, by campaign. */
  private async engagedIn(campaignIds: number[]): Promise<Map<number, Engaged & HitNumbers>> {
    const db = this.em.getKysely();
    const engaged = await engagementOfCampaigns(db, campaignIds);
    const hits = await hitCountsOfCampaigns(db, campaignIds);
    return together(campaignIds, engaged, (id) => hits.filter(({ campaignId }) => campaignId === id));
  }

  /** The same by run. */
  private async engagedInRuns(runIds: number[]): Promise<Map<number, Engaged & HitNumbers>> {
    const db = this.em.getKysely();
    const engaged = await engagementOfRuns(db, runIds);
    const hits = await hitCounts(db, runIds);
    return together(runIds, engaged, (id) => hits.filter(({ runId }) => runId === id));
  }
}

function together(
  ids: number[],
  engaged: Map<number, Engaged>,
  hitsOf: (id: number) => Parameters<typeof hitNumbers>[0],
): Map<number, Engaged & HitNumbers> {
  return new Map(ids.map((id) => [id, { opened: 0, clicked: 0, ...engaged.get(id), ...hitNumbers(hitsOf(id)) }]));
}

const based = (counts: AnalyticsCounts): AnalyticsCounts => ({ ...counts, ...basesOf(counts) });

function runAnalytics(run: RunResponse, engaged?: Engaged & HitNumbers): RunAnalytics {
  const { audience, pending, sent, failed, skipped, in_doubt, awaiting_winner } = run;
  const bases = { open_base: run.counts_opens ? sent : 0, click_base: run.counts_clicks ? sent : 0 };
  const ledger = { audience, pending, sent, failed, skipped, in_doubt, awaiting_winner };
  const counts = based({ ...nothing, ...ledger, ...bases, ...engaged });
  const { id: run_id, scheduled_for, status, reason, finished_at } = run;
  return { run_id, scheduled_for, status, reason, finished_at, ...counts, rates: ratesOf(counts) };
}

const isHarmful = ({ kind }: KeptFact): boolean => kind in REASONS;

function summary(
  campaign: CampaignResponse,
  totals?: CampaignTotals,
  engaged?: Engaged & HitNumbers,
): CampaignAnalytics {
  const { runs: run_count = 0, changed_at, ...ledger } = totals ?? {};
  const counts = based({ ...nothing, ...ledger, ...engaged });
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
