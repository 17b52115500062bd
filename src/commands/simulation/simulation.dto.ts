import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import type { RunStatus } from '../../campaigns/domain/campaign-status.js';
import { MAX_CONTACTS, MAX_DAYS } from './simulation-bounds.js';

/** What to play. */
export class SimulateCampaign {
  /**
   * How many days from now.
   * @example 90
   */
  @ApiPropertyOptional()
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  days: number = 90;

  /**
   * Where chance begins: the same seed gives the same answer, another one another.
   * @example 1
   */
  @ApiPropertyOptional()
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(4_294_967_295)
  seed: number = 1;

  /** The share of tries that the sandbox refuses for the moment; they are retried as always. */
  @ApiPropertyOptional({ type: 'number', format: 'double', example: 0.05 })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  failure_rate: number = 0;

  /**
   * How many contacts at most; of a larger audience so many are drawn. Whom a rule means is settled at the beginning.
   * @example 1000
   */
  @ApiPropertyOptional()
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_CONTACTS)
  contacts: number = 1_000;
}

/** What became of the recipients of simulated runs. */
export class SimulatedCounts {
  /** Contacts frozen into the run. */
  audience: number;
  sent: number;
  /** Given up after the last retry. */
  failed: number;
  /** Left out at the moment of sending. */
  skipped: number;
  in_doubt: number;
}

/** An occurrence as the engine carried it out, or did not. */
export class SimulatedRun extends SimulatedCounts {
  scheduled_for: Date;
  /**
   * Wall time in the campaign's zone.
   * @example "2027-03-28T03:30:00"
   */
  local: string;
  /** Why DST or a month end bent it; null when nothing did. */
  note: string | null;
  /** @example "completed" */
  status: RunStatus;
  /** Why it was skipped or missed. */
  reason: string | null;
  /** Of a `missed` one: how many occurrences it stands for. */
  missed_count: number;
  finished_at: Date | null;
}

/** All simulated runs together. */
export class SimulationTotals extends SimulatedCounts {
  /** Occurrences, the skipped among them. */
  occurrences: number;
  /** Those that were carried out to the end. */
  completed: number;
  /** @example 0 */
  overlapped: number;
  /** @example 0 */
  missed: number;
  /** Those that DST or a month end moved, in the campaign's zone or in that of a recipient. */
  bent: number;
}

/** An occurrence that did not come as the plain rule says; at recipients' own wall time one for each zone that bends it. */
export class SimulatedException {
  scheduled_for: Date;
  /** @example "2027-03-28T03:30:00" */
  local: string;
  /** @example "bent" */
  kind: 'bent' | 'skipped' | 'missed';
  /** @example "02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30" */
  reason: string;
}

/**
 * What the engine did in the played time. Messages take no time in there, so a run lasts as long as its retries; other
 * campaigns are not played along.
 */
export class SimulationResponse {
  /** @example 1 */
  campaign_id: number;
  /** Where the played time began: the present minute. */
  from: Date;
  /** Nothing opens from here on; what was under way is seen through. */
  to: Date;
  /** @example 1 */
  seed: number;
  @ApiProperty({ type: 'number', format: 'double', example: 0.05 })
  failure_rate: number;
  /** How many contacts the campaign has in truth. */
  audience: number;
  /** How many of them were played with. */
  contacts: number;
  totals: SimulationTotals;
  /** Bent, skipped and missed occurrences, in order. */
  exceptions: SimulatedException[];
  /** In the order of their times. */
  runs: SimulatedRun[];
}
