import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { OccurrenceResponse } from '../campaigns/campaign-response.dto.js';

/** When to forecast for. */
export class ForecastCampaign {
  /**
   * ISO 8601: the moment at which the run opens; without an offset it is wall time in the campaign's zone. The next
   * occurrence unless given.
   * @example "2027-02-01T10:00:00"
   */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  at?: string | null;
}

/**
 * Contacts that would be left out, and why; `frequency_cap`: by what they have had until now a cap allows them no more when
 * the run opens, of which a contact that was deleted and made anew has had nothing; `hold_out`: about so many get nothing, to
 * compare with; `quiet_hours`: the hours in which they may be sent to come after the run's deadline; `zone_past`: it is too
 * late where they are.
 */
export class ForecastExclusion {
  /** @example "unsubscribed" */
  reason: string;
  /** @example 12 */
  contacts: number;
}

/** Who would get it, counted now. */
export class ForecastAudience {
  /** @example 1000 */
  contacts: number;
  /** @example 988 */
  reachable: number;
  excluded: ForecastExclusion[];
}

/**
 * How long a run would take, waiting for its hours and its recipients' clocks included; an estimate, and without what
 * retries take.
 */
export class ForecastFinish {
  opens_at: Date;
  finishes_at: Date;
  /** @example 1 */
  seconds: number;
  /**
   * Messages per second that it rests on; below 10 with two significant digits.
   * @example 0.14
   */
  @ApiProperty({ type: 'number', format: 'double' })
  per_second: number;
  /**
   * Where that comes from: `limits` of the provider, `measured` in earlier runs on this channel, or `assumed` because
   * there was none that could tell.
   */
  basis: 'limits' | 'measured' | 'assumed';
  /** The same in words. */
  explanation: string;
}

/** What leaves in one hour. */
export class ForecastHour {
  from: Date;
  /** @example 988 */
  messages: number;
}

/** What the messages come to on the air, extrapolated from those rendered for a sample. */
export class ForecastSms {
  /** Messages rendered. */
  sampled: number;
  /** @example 1 */
  fewest_segments: number;
  /** @example 2 */
  most_segments: number;
  /** Of the whole run. */
  estimated_segments: number;
  /** Sampled messages with a character outside of GSM-7, which have room for 70 instead of 160. */
  ucs2_messages: number;
  /** The first such character. */
  forced_by: string | null;
}

/** Something that is allowed and probably not meant. */
export class LintWarningResponse {
  /** @example "TIME_BENT_BY_DST" */
  code: string;
  /** @example "On 28 Mar 2027: 02:30 does not exist on this day in Europe/Berlin (clocks go forward); moved to 03:30." */
  message: string;
  /**
   * JSON pointer into the campaign.
   * @example "/schedule_time"
   */
  pointer: string;
}

/** What to expect of a campaign's next run. Audience and exclusions are counted; what is to come is estimated. */
export class ForecastResponse {
  /** @example 1 */
  campaign_id: number;
  /** When this was counted. */
  as_of: Date;
  audience: ForecastAudience;
  /** Null where no run is to come: the campaign is over, or all its runs have opened. `at` asks for one all the same. */
  finish: ForecastFinish | null;
  /** From the opening on, hour by hour; no longer than a run may last. */
  volume_per_hour: ForecastHour[];
  /** The next ten from then on, with what DST or a month end bends. */
  next_occurrences: OccurrenceResponse[];
  /** Of an SMS campaign; null for other channels. */
  sms: ForecastSms | null;
  warnings: LintWarningResponse[];
}
