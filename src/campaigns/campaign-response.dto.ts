import { ApiProperty } from '@nestjs/swagger';
import type { Channel } from '../audience/domain/channel.js';
import type { MessageKind } from '../audience/domain/recipient.js';
import type { CampaignType } from './campaign.entity.js';
import type { CampaignStatus } from './domain/campaign-status.js';
import type { CampaignFormat, FooterPolicy } from './domain/email-message.js';
import type { DoubtPolicy, Frequency, LatePolicy, MisfirePolicy, OverlapPolicy, Weekday } from './domain/schedule.js';
import type { WinnerMeasure } from './domain/variants.js';
import { SendWindowFields } from './send-window.dto.js';
import { TrackingResponse } from './tracking.dto.js';

/** One instant at which a campaign is due. */
export class OccurrenceResponse {
  /** @example "2027-03-28T01:30:00.000Z" */
  at: Date;

  /**
   * Wall time in the campaign's zone.
   * @example "2027-03-28T03:30:00"
   */
  local: string;

  /** Why DST or a month end bent it, and where each contact's own clock decides; null when neither is so. */
  note: string | null;
}

/** Who the emails of a campaign are from. */
export class SenderResponse {
  /** @example "Example News" */
  name: string | null;
  /** @example "news@example.org" */
  email: string;
}

/** A variant as the API shows it; null is as the campaign says it. */
export class VariantResponse {
  /** @example "B" */
  name: string;
  /** Percent of those who take part; null where all variants have the same. */
  share: number | null;
  subject: string | null;
  message: string | null;
  preheader: string | null;
  text: string | null;
  reply_to: string | null;
  sender: SenderResponse | null;
  url: string | null;
  icon: string | null;
}

/** How the winner of the variants is found. */
export class WinnerPolicyResponse {
  by: WinnerMeasure;
  /** How long after the run opened the engine decides; null where people alone do. */
  after_minutes: number | null;
  /** How sure it must be that the best variant is better than the next. */
  @ApiProperty({ type: 'number', format: 'double', example: 0.95 })
  significance: number;
  /**
   * `leader`, `wait` or the name of a variant.
   * @example "leader"
   */
  on_undecided: string;
}

/** A campaign as the API shows it. */
export class CampaignResponse {
  /** @example 1 */
  id: number;
  /** @example "Weekly Tech News" */
  name: string;
  type: CampaignType;
  /** @example "pending" */
  status: CampaignStatus;
  /** Why it failed or was paused by the engine; null otherwise. */
  status_reason: string | null;
  channel: Channel;
  /** The account that its runs begin with; null for the channel's default. */
  provider: string | null;
  subject: string | null;
  message: string;
  format: CampaignFormat;
  kind: MessageKind;
  footer: FooterPolicy;
  preheader: string | null;
  reply_to: string | null;
  /** Null for EMAIL_FROM. */
  sender: SenderResponse | null;
  /** Null where it is made from the message. */
  text: string | null;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, nullable: true })
  headers: Record<string, string> | null;
  tracking: TrackingResponse;
  /** The messages that are compared; null for none. */
  variants: VariantResponse[] | null;
  /** Percent of the audience that the variants are tried out on. */
  test_share: number;
  /** Percent of the audience that gets nothing. */
  hold_out: number;
  /** What those get who neither take part nor are held out; null where there are none. */
  winner: WinnerPolicyResponse | null;
  /** What a click on a push message opens. */
  url: string | null;
  /** The picture beside a push message. */
  icon: string | null;
  /** @example "tech" */
  target_segment: string | null;
  /** In one of these a contact must be; null where `target_segment` says so, or everyone is meant. */
  include: string[] | null;
  /** In none of these it may be. */
  exclude: string[];
  /** Whether those are left out whom an earlier run of this campaign reached. */
  only_new: boolean;
  /** Of a recurring campaign its next occurrence while there is one; otherwise the time it was scheduled for. */
  schedule_time: Date;
  /** @example "UTC" */
  time_zone: string;
  /** Whether each contact is sent to at that wall time in its own zone. */
  recipient_time_zone: boolean;
  late: LatePolicy;
  /** The hours in which it may be sent, by each recipient's clock; null for any. */
  send_window: SendWindowFields | null;
  frequency: Frequency | null;
  interval: number;
  weekdays: Weekday[] | null;
  cron: string | null;
  until: Date | null;
  max_runs: number | null;
  misfire: MisfirePolicy;
  overlap: OverlapPolicy;
  on_doubt: DoubtPolicy;
  /** When its next run opens; with `recipient_time_zone` when the first zone on earth (UTC+14) gets to that time. */
  next_run_at: Date | null;
  last_run_at: Date | null;
  /** Runs started so far. */
  runs: number;
  /** @example "Every Sunday at 10:00 UTC; next Sun 29 Nov 2026; no runs yet" */
  recurrence_message: string;
  /** The version of what it says; rises when that changes, and runs name the one that they carry. */
  content_version: number;
  /** Rises with every edit; the ETag. */
  version: number;
  created_at: Date;
  updated_at: Date;
}
