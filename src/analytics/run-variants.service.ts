import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Tracking, trackingOf } from '../campaigns/domain/tracking.js';
import { HELD_OUT, WAITING } from '../campaigns/domain/variant-group.js';
import type { RunCounts } from '../delivery/delivery.dto.js';
import { EngagedService } from '../delivery/engaged.service.js';
import { VariantReportService } from '../delivery/variant-report.service.js';
import { Config } from '../platform/config.js';
import { leadsBack } from '../platform/mail-reach.js';
import { Page } from '../platform/page.js';
import { wilson } from './domain/wilson.js';
import type { Hitters } from './domain/engagement.js';
import { basesOf, shareWithin } from './domain/rates.js';
import { engagedByAll, type EngagedByAll, engagedByGroup } from './variant-engagement.queries.js';
import { keepReport, keptReport } from './variant-report.queries.js';
import type { RateResponse, RunVariantsResponse, VariantCounts, VariantsQuery } from './variants.dto.js';

const NOBODY = { audience: 0, pending: 0, sent: 0, failed: 0, skipped: 0, in_doubt: 0 };
const NOTHING: EngagedByAll = { opened: 0, clicked: 0, openedAll: 0, clickedAll: 0 };

/** How variants fare: their counts beside what recipients did. Delivery is told the latter, to find winners by. */
@Injectable()
export class RunVariantsService implements OnModuleInit {
  constructor(
    private readonly em: EntityManager,
    private readonly reports: VariantReportService,
    private readonly engaged: EngagedService,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.engaged.tell((runId, groupOf) => engagedByGroup(this.em.getKysely(), runId, groupOf));
  }

  /** As it is, or as it was when its ledger was dropped. Throws RUN_NOT_FOUND or NO_VARIANTS. */
  async of(runId: number, hitters: Hitters = 'human'): Promise<RunVariantsResponse> {
    const report = (await keptReport(this.em.getKysely(), runId)) ?? (await this.count(runId));
    return hitters === 'human' ? report : { ...report, variants: report.variants.map(ratedByAll) };
  }

  /** Writes down how the variants fared in these runs, for their ledger is about to be dropped. */
  async keep(fromRun: number, beforeRun: number): Promise<void> {
    for (const runId of await this.reports.runsIn(fromRun, beforeRun))
      await keepReport(this.em.getKysely(), await this.of(runId));
  }

  /** Newest first. Throws CAMPAIGN_NOT_FOUND. */
  async ofCampaign(campaignId: number, { hits, ...query }: VariantsQuery): Promise<Page<RunVariantsResponse>> {
    const runs = await this.reports.runsOf(campaignId, query);
    const page = new Page<RunVariantsResponse>();
    for (const runId of runs) page.push(await this.of(runId, hits));
    page.next = runs.next;
    return page;
  }

  private async count(runId: number): Promise<RunVariantsResponse> {
    const { run, groups, groupOf, winner } = await this.reports.of(runId);
    const engaged = await engagedByAll(this.em.getKysely(), runId, groupOf);
    const counted = leadsBack(this.config) ? trackingOf(run) : { opens: false, clicks: false };
    const totalsOf = (group: number) => groups.find((totals) => totals.group === group);
    const variants = run.variants!.map(({ name }, index): VariantCounts => {
      const { suppressed = 0, ...totals } = totalsOf(index + 1) ?? {};
      const counts = countsOf(totals);
      return { name, ...counts, suppressed, ...engagement(engaged.get(index + 1) ?? NOTHING, counts.sent, counted) };
    });
    return {
      run_id: runId,
      variants,
      waiting: countsOf(totalsOf(WAITING)),
      hold_out: countsOf(totalsOf(HELD_OUT)),
      decides_at: run.decidesAt ?? null,
      winner,
    };
  }
}

function countsOf(totals: Partial<RunCounts> = {}): RunCounts {
  const { audience, pending, sent, failed, skipped, in_doubt } = { ...NOBODY, ...totals };
  return { audience, pending, sent, failed, skipped, in_doubt };
}

function engagement(engaged: EngagedByAll, sent: number, counted: Pick<Tracking, 'opens' | 'clicks'>) {
  const { opened, clicked, openedAll, clickedAll } = engaged;
  const own = { open_base: counted.opens ? sent : 0, click_base: counted.clicks ? sent : 0 };
  const { open_base, click_base } = basesOf({ sent, opened, clicked, ...own });
  return {
    opened,
    opened_all: openedAll,
    clicked,
    clicked_all: clickedAll,
    open_rate: rateOf(opened, open_base),
    click_rate: rateOf(clicked, click_base),
  };
}

/** The same variant with rates of whoever opened and clicked; what is not counted stays so. */
const ratedByAll = (variant: VariantCounts): VariantCounts => ({
  ...variant,
  open_rate: variant.open_rate && rateOf(variant.opened_all, variant.sent),
  click_rate: variant.click_rate && rateOf(variant.clicked_all, variant.sent),
});

function rateOf(part: number, whole: number): RateResponse | null {
  const rate = shareWithin(part, whole);
  return rate === null ? null : { rate, interval: wilson(Math.min(part, whole), whole)! };
}
