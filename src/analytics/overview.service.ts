import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { PlannedRunsService } from '../campaigns/planned-runs.service.js';
import type { RunResponse } from '../delivery/delivery.dto.js';
import { ProviderReportService } from '../delivery/provider-report.service.js';
import { RunReportService } from '../delivery/run-report.service.js';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { leadsBack } from '../platform/mail-reach.js';
import { inSnapshot } from '../platform/snapshot.js';
import { type Period, type PeriodName, periodOf } from './domain/period.js';
import { outcomeRates } from './domain/outcome-rates.js';
import { basesOf } from './domain/rates.js';
import { type RunSpeed, runSpeed, SPEED_MINUTES } from './domain/run-speed.js';
import type {
  OverviewResponse,
  OverviewTotals,
  PlannedRunResponse,
  ProviderHealth,
  RunningRun,
} from './overview.dto.js';
import { type BasedCounts, countsByStep, failuresByReason, openRunCount, speedOfRuns } from './overview.queries.js';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const RUNS_SHOWN = 20;
const REASONS_SHOWN = 20;
/** One more of each than a daily campaign has in a week: it is whole, and what is cut can be told from it. */
const PLAN = { most: 40, ofEach: 8 };
const NOTHING: BasedCounts = {
  ...{ sent: 0, failed: 0, skipped: 0, in_doubt: 0, opened: 0, clicked: 0 },
  ...{ open_base: 0, click_base: 0 },
};

/** What goes on over all campaigns. Reads counters only, so that it costs the same however much was sent. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly em: EntityManager,
    private readonly runs: RunReportService,
    private readonly planned: PlannedRunsService,
    private readonly providers: ProviderReportService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** One snapshot, so that no two parts of it disagree. */
  get(name: PeriodName): Promise<OverviewResponse> {
    return inSnapshot(this.em, () => this.look(name));
  }

  private async look(name: PeriodName): Promise<OverviewResponse> {
    const db = this.em.getKysely();
    const now = this.clock.now();
    const period = periodOf(name, now);
    const steps = await countsByStep(db, period);
    const counted = leadsBack(this.config);
    return {
      period: name,
      from: period.from,
      to: period.to,
      totals: totalOf(
        steps.filter(({ from }) => from >= period.from),
        counted,
      ),
      before: totalOf(
        steps.filter(({ from }) => from < period.from),
        counted,
      ),
      timeline: gapFree(steps, period),
      ...(await this.running(now)),
      planned: await this.plan(now),
      failures: await failuresByReason(db, period, REASONS_SHOWN),
      providers: (await this.providers.list()).map(
        ({ id, channel, name, enabled, state, blocked_until, reason, limits }): ProviderHealth => ({
          ...{ id, channel, name, enabled, state, blocked_until, reason, limits },
        }),
      ),
    };
  }

  private async running(now: Date): Promise<Pick<OverviewResponse, 'running' | 'running_count'>> {
    const db = this.em.getKysely();
    const runs = await this.runs.open(RUNS_SHOWN);
    if (runs.length === 0) return { running_count: 0, running: [] };
    const since = new Date((Math.floor(now.getTime() / MINUTE) - SPEED_MINUTES) * MINUTE);
    const ids = runs.map(({ id }) => id);
    const speeds = await speedOfRuns(db, ids, since);
    return {
      running_count: runs.length < RUNS_SHOWN ? runs.length : await openRunCount(db),
      running: runs.map((run) => {
        const { campaign, settled } = speeds.get(run.id)!;
        return runningRun(run, campaign, runSpeed({ ...run, settled, since, now }));
      }),
    };
  }

  private async plan(now: Date): Promise<PlannedRunResponse[]> {
    const planned = await this.planned.before(new Date(now.getTime() + WEEK), PLAN);
    return planned.map(({ campaign, opensAt, scheduledFor }) => ({
      campaign_id: campaign.id,
      campaign_name: campaign.name,
      channel: campaign.channel,
      opens_at: opensAt,
      scheduled_for: scheduledFor,
    }));
  }
}

/** Without an address that recipients can reach nothing is counted, but what providers tell. */
function totalOf(steps: BasedCounts[], counted: boolean): OverviewTotals {
  const sum = (of: keyof BasedCounts) => steps.reduce((total, step) => total + step[of], 0);
  const counts = { sent: sum('sent'), failed: sum('failed'), opened: sum('opened'), clicked: sum('clicked') };
  const own = { open_base: counted ? sum('open_base') : 0, click_base: counted ? sum('click_base') : 0 };
  const based = { ...counts, skipped: sum('skipped'), in_doubt: sum('in_doubt'), ...basesOf({ ...counts, ...own }) };
  return { ...based, rates: outcomeRates(based) };
}

function gapFree(steps: (BasedCounts & { from: Date })[], { from, to, step }: Period) {
  const known = new Map(steps.map((counts) => [counts.from.getTime(), counts]));
  return Array.from({ length: (to.getTime() - from.getTime()) / step }, (_, index) => {
    const start = new Date(from.getTime() + index * step);
    const { sent, failed, skipped, in_doubt, opened, clicked } = known.get(start.getTime()) ?? NOTHING;
    return { sent, failed, skipped, in_doubt, opened, clicked, from: start };
  });
}

function runningRun(run: RunResponse, campaign_name: string, { perSecond, finishesAt }: RunSpeed): RunningRun {
  const { id: run_id, campaign_id, channel, status, reason, opened_at, frozen } = run;
  const { audience, pending, sent, failed, skipped, in_doubt, awaiting_winner, decides_at } = run;
  return {
    ...{ run_id, campaign_id, campaign_name, channel, status, reason, opened_at, frozen },
    ...{ audience, pending, sent, failed, skipped, in_doubt, awaiting_winner, decides_at },
    ...{ per_second: perSecond, finishes_at: finishesAt },
  };
}
