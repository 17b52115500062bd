import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { Channel } from '../audience/domain/channel.js';
import type { RunStatus } from '../campaigns/domain/campaign-status.js';
import { ProviderLimit, ProviderResponse } from '../delivery/providers.dto.js';
import { RunCounts } from '../delivery/delivery.dto.js';
import { ReportQuery } from '../platform/report.dto.js';
import { type PeriodName, PERIODS } from './domain/period.js';
import { OutcomeRates, StepCounts, TimelineStep } from './outcome-counts.dto.js';

/** How far to look back. */
export class OverviewQuery extends ReportQuery {
  /**
   * Whole hours, or with `30d` whole days of UTC; the present one is the last.
   * @example "24h"
   */
  @IsOptional()
  @IsIn(PERIODS)
  period: PeriodName = '24h';
}

/** A period in one row. */
export class OverviewTotals extends StepCounts {
  /** Of the sent: those whose messages tell that they are opened. What `open_rate` is a share of; 0 where it is not counted. */
  open_base: number;
  /** Of the sent: those whose messages tell that a link is followed. What `click_rate` is a share of; 0 where it is not counted. */
  click_base: number;
  rates: OutcomeRates;
}

/** A run that has not ended. */
export class RunningRun extends RunCounts {
  /** @example 12 */
  run_id: number;
  /** @example 1 */
  campaign_id: number;
  /** @example "Weekly Tech News" */
  campaign_name: string;
  channel: Channel;
  status: RunStatus;
  reason: string | null;
  opened_at: Date;
  /** Whether the whole audience is in; `audience` still grows until then. */
  frozen: boolean;
  /**
   * Recipients that came to an end per second, in the last one to two minutes.
   * @example 812.5
   */
  @ApiProperty({ type: 'number', format: 'double' })
  per_second: number;
  /** Of the pending: who waits for one of the variants to win. */
  awaiting_winner: number;
  /** When the engine decides the winner; null where it does not, or has, so that people choose. */
  decides_at: Date | null;
  /** When it will be through if it goes on like this, retries that wait left out; null where that cannot be told, as while some wait for a winner. */
  finishes_at: Date | null;
}

/** A run that is to open. */
export class PlannedRunResponse {
  /** @example 1 */
  campaign_id: number;
  /** @example "Weekly Tech News" */
  campaign_name: string;
  channel: Channel;
  opens_at: Date;
  /** Its occurrence in the campaign's zone; later than the opening where each contact's own clock decides. */
  scheduled_for: Date;
}

/** Recipients that failed for one reason. */
export class ReasonCount {
  /**
   * The provider's code, or why there was no other try.
   * @example "smtp_550"
   */
  reason: string;
  /** @example 12 */
  count: number;
}

/** How an account at a provider fares. */
export class ProviderHealth {
  /** Null for one that the environment configures. */
  id: number | null;
  channel: Channel;
  /** @example "ses-main" */
  name: string;
  enabled: boolean;
  state: ProviderResponse['state'];
  blocked_until: Date | null;
  reason: string | null;
  limits: ProviderLimit[];
}

/** Everything the first screen shows, as it was at one instant; what campaigns sent that were deleted since is among it. */
export class OverviewResponse {
  period: PeriodName;
  from: Date;
  /** The end of the present hour or day. */
  to: Date;
  totals: OverviewTotals;
  /** The same of the period before, to compare with. */
  before: OverviewTotals;
  /** Every step of the period, zeros included; together they are `totals`. */
  timeline: TimelineStep[];
  /** Runs that have not ended, all of them counted. */
  running_count: number;
  /** The latest 20 of them. */
  running: RunningRun[];
  /** The next 40 runs of the next seven days at most, and 8 at most of a campaign. */
  planned: PlannedRunResponse[];
  /** Failures of the period by reason, the 20 most frequent. */
  failures: ReasonCount[];
  providers: ProviderHealth[];
}
