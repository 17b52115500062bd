import { OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { CHANNELS, type Channel } from '../audience/domain/channel.js';
import { PageQuery } from '../platform/page.dto.js';
import { CAMPAIGN_TYPES, type CampaignType } from './campaign.entity.js';
import { CAMPAIGN_STATUSES, type CampaignStatus } from './domain/campaign-status.js';
import { CAMPAIGN_FORMATS, type CampaignFormat } from './domain/email-message.js';
import {
  DOUBT_POLICIES,
  type DoubtPolicy,
  FREQUENCIES,
  type Frequency,
  LATE_POLICIES,
  type LatePolicy,
  MISFIRE_POLICIES,
  type MisfirePolicy,
  OVERLAP_POLICIES,
  type OverlapPolicy,
  WEEKDAYS,
  type Weekday,
} from './domain/schedule.js';
import { SendWindowFields } from './send-window.dto.js';
import { CampaignVariantFields } from './variants.dto.js';

/** A new campaign. No field has an initializer: the classes derived from this one would take it for a value given. */
export class CreateCampaign extends CampaignVariantFields {
  /** @example "Weekly Tech News" */
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  @Matches(/\S/, { message: 'name must have a visible character' })
  @Matches(/^\P{Cc}*$/u, { message: 'name must not contain control characters' })
  name: string;

  /** @example "recurring" */
  @IsIn(CAMPAIGN_TYPES)
  type: CampaignType;

  /**
   * ISO 8601. Without an offset it is wall time in `time_zone`; with one it is that instant. A time in the past is due at
   * once for a one-time campaign; for a recurring one `misfire` decides.
   * @example "2026-02-01T10:00:00"
   */
  @IsString()
  @MaxLength(40)
  schedule_time: string;

  /**
   * A Liquid template over the contact, e.g. `Hi {{ first_name | default: "there" }}`. Values are escaped in HTML. Of the
   * message itself there are `{{ unsubscribe_url }}`, `{{ preferences_url }}`, `{{ push_subscribe_url }}` (where a browser
   * is subscribed to push) and `{{ postal_address }}`.
   * @example "Stay updated with the latest in tech!"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(500_000)
  @Matches(/\S/, { message: 'message must have a visible character' })
  message: string;

  /**
   * How often a recurring campaign is due; needed for `recurring` unless `cron` is given.
   * @example "weekly"
   */
  @IsOptional()
  @IsIn(FREQUENCIES)
  frequency?: Frequency | null;

  /**
   * Every how many units of `frequency`.
   * @example 1
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  interval?: number;

  /** Email unless given. */
  @IsOptional()
  @IsIn(CHANNELS)
  channel?: Channel;

  /**
   * The account that its messages go through, by its name in `GET /providers`; the channel's default unless given. A run
   * keeps the one that it began with.
   * @example "ses-main"
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(50)
  provider?: string | null;

  /** Email and push only; a Liquid template. An email without one takes the campaign's name. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  subject?: string | null;

  /** Text unless given. `mjml` where the package of that name is installed. */
  @IsOptional()
  @IsIn(CAMPAIGN_FORMATS)
  format?: CampaignFormat;

  /**
   * IANA name of the zone whose calendar the campaign follows, in any case; UTC unless given. An offset such as +05:30 is none.
   * @example "UTC"
   */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  time_zone?: string;

  /**
   * True sends at that wall time wherever each contact is: `schedule_time` is then 10:00 in Berlin for those in Berlin and
   * 10:00 in Lima for those in Lima. A contact without a usable zone has the campaign's. The run opens when the first zone
   * on earth (UTC+14) gets there. Frequency daily or longer, or a cron expression with one time of day.
   */
  @IsOptional()
  @IsBoolean()
  recipient_time_zone?: boolean;

  /** With `recipient_time_zone`: what happens to contacts where that time was past when the run opened; `send_now` unless given. */
  @IsOptional()
  @IsIn(LATE_POLICIES)
  late?: LatePolicy;

  /** The hours in which it may be sent, by each recipient's clock; who is outside waits for the next opening. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SendWindowFields)
  send_window?: SendWindowFields | null;

  /** With frequency `weekly`: the days of each week; the anchor's own day when absent. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(7)
  @ArrayUnique()
  @IsIn(WEEKDAYS, { each: true })
  weekdays?: Weekday[] | null;

  /** Last moment at which an occurrence may fall, inclusive; not together with `max_runs`. */
  @IsOptional()
  @IsString()
  @MaxLength(40)
  until?: string | null;

  /** Ends after so many runs were started; skipped and missed occurrences do not count. Not together with `until`. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  max_runs?: number | null;

  /** A cron expression of five or six fields (six: seconds first) instead of `frequency`; what a clock change repeats runs once. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cron?: string | null;

  /**
   * What happens to occurrences that passed while nothing could open them: `run_latest` (unless given) still carries out
   * the latest when it is late by less than one interval, at least a minute and at most an hour; `skip` none; `run_all` the
   * last ten, one after the other. The others are missed and on record, also those since a `schedule_time` in the past. A
   * one-time campaign is carried out however late; under `skip` only within a minute, or if its time had passed when it was
   * given. With `recipient_time_zone` an occurrence is late once its last zone is past; for zones before `late` decides.
   */
  @IsOptional()
  @IsIn(MISFIRE_POLICIES)
  misfire?: MisfirePolicy;

  /**
   * What happens when an occurrence is due while an earlier run is still going; `skip` unless given (`queue` with misfire
   * `run_all`). Queued, the latest one waits for the run's end, however long, and those before it are recorded as skipped;
   * with `run_all` the last ten wait. A run that is only ahead of its last time zones does not count.
   */
  @IsOptional()
  @IsIn(OVERLAP_POLICIES)
  overlap?: OverlapPolicy;

  /** Recipients whose answer was lost are in doubt (`hold`, unless given), or sent to again as after a failed try (`resend`). */
  @IsOptional()
  @IsIn(DOUBT_POLICIES)
  on_doubt?: DoubtPolicy;

  /** True keeps the campaign from running until it is launched. */
  @IsOptional()
  @IsBoolean()
  draft?: boolean;
}

/** Changes to a campaign. They apply to runs that open later; a run that is going keeps its own copy. */
export class UpdateCampaign extends PartialType(OmitType(CreateCampaign, ['type', 'draft'] as const), {
  skipNullProperties: false,
}) {}

/** A new time, and with it what else belongs to the schedule. */
export class RescheduleCampaign extends PartialType(
  PickType(CreateCampaign, [
    ...(['frequency', 'interval', 'weekdays', 'cron', 'until', 'max_runs', 'time_zone'] as const),
    ...(['recipient_time_zone', 'late'] as const),
  ] as const),
  { skipNullProperties: false },
) {
  /**
   * ISO 8601, as when creating.
   * @example "2026-12-01T09:00:00"
   */
  @IsString()
  @MaxLength(40)
  schedule_time: string;
}

/** Which campaigns to list. */
export class CampaignQuery extends PageQuery {
  @IsOptional()
  @IsIn(CAMPAIGN_STATUSES)
  status?: CampaignStatus;
}

/** How many occurrences to show. */
export class OccurrenceQuery {
  /** @example 10 */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  count: number = 10;
}
