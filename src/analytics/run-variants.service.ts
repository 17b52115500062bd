import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HELD_OUT, WAITING } from '../campaigns/domain/variant-group.js';
import type { RunCounts } from '../delivery/delivery.dto.js';
import { EngagedService } from '../delivery/engaged.service.js';
import { VariantReportService } from '../delivery/variant-report.service.js';
import { Page } from '../platform/page.js';
import type { PageQuery } from '../platform/page.dto.js';
import { wilson } from './domain/wilson.js';
import { share } from './domain/rates.js';
import { engagedByAll, type EngagedByAll, engagedByGroup } from './variant-engagement.queries.js';
import { keepReport, keptReport } from './variant-report.queries.js';
import type { RateResponse, RunVariantsResponse, VariantCounts } from './variants.dto.js';

const NOBODY = { audience: 0, pending: 0, sent: 0, failed: 0, skipped: 0, in_doubt: 0 };
const NOTHING: EngagedByAll = { opened: 0, clicked: 0, openedAll: 0, clickedAll: 0 };

/** How variants fare: their counts beside what recipients did. Delivery is told the latter, to find winners by. */
@Injectable()
export class RunVariantsService implements OnModuleInit {
  constructor(
    private readonly em: EntityManager,
    private readonly reports: VariantReportService,
    private readonly engaged: EngagedService,
  ) {}

  onModuleInit(): void {
    this.engaged.tell((runId, groupOf) => engagedByGroup(this.em.getKysely(), runId, groupOf));
  }

  /** As it is, or as it was when its ledger was dropped. Throws RUN_NOT_FOUND or NO_VARIANTS. */
  async of(runId: number): Promise<RunVariantsResponse> {
    return (await keptReport(this.em.getKysely(), runId)) ?? this.count(runId);
  }

  /** Writes down how the variants fared in these runs, for their ledger is about to be dropped. */
  async keep(fromRun: number, beforeRun: number): Promise<void> {
    for (const runId of await this.reports.runsIn(fromRun, beforeRun))
      await keepReport(this.em.getKysely(), await this.of(runId));
  }

  /** Newest first. Throws CAMPAIGN_NOT_FOUND. */
  async ofCampaign(campaignId: number, query: PageQuery): Promise<Page<RunVariantsResponse>> {
    const runs = await this.reports.runsOf(campaignId, query);
    const page = new Page<RunVariantsResponse>();
    for (const runId of runs) page.push(await this.of(runId));
    page.next = runs.next;
    return page;
  }

  private async count(runId: number): Promise<RunVariantsResponse> {
    const { run, groups, groupOf, winner } = await this.reports.of(runId);
    const engaged = await engagedByAll(this.em.getKysely(), runId, groupOf);
    const totalsOf = (group: number) => groups.find((totals) => totals.group === group);
    const variants = run.variants!.map(({ name }, index): VariantCounts => {
      const { suppressed = 0, ...totals } = totalsOf(index + 1) ?? {};
      const counts = countsOf(totals);
      return { name, ...counts, suppressed, ...engagement(engaged.get(index + 1) ?? NOTHING, counts.sent) };
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

function engagement({ opened, clicked, openedAll, clickedAll }: EngagedByAll, sent: number) {
  return {
    opened,
    opened_all: openedAll,
    clicked,
    clicked_all: clickedAll,
    open_rate: rateOf(opened, sent),
    click_rate: rateOf(clicked, sent),
  };
}

/** Who came to be in doubt may have clicked, too: no more than all did. */
function rateOf(part: number, whole: number): RateResponse | null {
  const rate = share(Math.min(part, whole), whole);
  return rate === null ? null : { rate, interval: wilson(Math.min(part, whole), whole)! };
}
