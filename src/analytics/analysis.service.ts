import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Run } from '../campaigns/run.entity.js';
import { RunsService } from '../campaigns/runs.service.js';
import { notFound } from '../platform/errors.js';
import { inSnapshot } from '../platform/snapshot.js';
import type { AnalysisQuery, AnalysisResponse } from './analysis.dto.js';
import { AnalyticsService } from './analytics.service.js';
import { ClicksService } from './clicks.service.js';
import { CohortService } from './cohort.service.js';
import { FailuresService } from './failures.service.js';
import { LinkReportService } from './link-report.service.js';
import { ReportSubjects } from './report-subjects.js';
import { RunVariantsService } from './run-variants.service.js';
import { TimelineService } from './timeline.service.js';

const COHORT_RUNS = 30;
const VARIANT_RUNS = 20;

/** Reports about what a campaign's recipients got and did. */
@Injectable()
export class AnalysisReports {
  constructor(
    readonly analytics: AnalyticsService,
    readonly timelines: TimelineService,
    readonly failures: FailuresService,
    readonly clicks: ClicksService,
    readonly links: LinkReportService,
  ) {}
}

/** All reports about a campaign in one snapshot, for a screen that shows them together. */
@Injectable()
export class AnalysisService {
  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunsService,
    private readonly subjects: ReportSubjects,
    private readonly reports: AnalysisReports,
    private readonly cohorts: CohortService,
    private readonly variants: RunVariantsService,
  ) {}

  /** Throws CAMPAIGN_NOT_FOUND, or RUN_NOT_FOUND for a run that is not one of the campaign's. */
  of(campaignId: number, query: AnalysisQuery): Promise<AnalysisResponse> {
    return inSnapshot(this.em, async () => {
      const analytics = await this.reports.analytics.get(campaignId);
      const run = query.run_id === undefined ? null : await this.runOf(campaignId, query.run_id);
      const links = await this.reports.links.all(campaignId);
      const variants = await this.variantsOf(campaignId, run, query);
      const cohort = run ? [] : await this.cohortOf(campaignId, query);
      const about = { run_id: run?.id ?? null, hits: query.hits };
      return { ...about, analytics, links, variants, cohort, ...(await this.ledgerReports(campaignId, run, query)) };
    });
  }

  private async runOf(campaignId: number, runId: number): Promise<Run> {
    const run = await this.runs.get(runId);
    if (run.campaign !== campaignId) throw notFound('run', runId);
    return run;
  }

  /** What is read from the ledger, and gone with it. */
  private async ledgerReports(campaignId: number, run: Run | null, { hits, preset }: AnalysisQuery) {
    if (run?.ledgerDroppedAt) return { timeline: null, failures: null, click_heat_map: null, time_to_click: null };
    const { timelines, failures, clicks } = this.reports;
    const subject = run ? await this.subjects.run(run.id) : await this.subjects.campaign(campaignId);
    return {
      timeline: await timelines.of(subject, { hits, preset }),
      failures: await failures.of(subject),
      click_heat_map: await clicks.heatMap(subject, { hits }),
      time_to_click: await clicks.waits(subject, { hits }),
    };
  }

  private async cohortOf(campaignId: number, { age, hits }: AnalysisQuery) {
    return [...(await this.cohorts.of(campaignId, { age, hits, limit: COHORT_RUNS }))];
  }

  private async variantsOf(campaignId: number, run: Run | null, { hits }: AnalysisQuery) {
    if (!run) return [...(await this.variants.ofCampaign(campaignId, { hits, limit: VARIANT_RUNS }))];
    return run.variants ? [await this.variants.of(run.id, hits)] : [];
  }
}
