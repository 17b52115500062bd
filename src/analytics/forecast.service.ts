import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.js';
import type { OccurrenceResponse } from '../campaigns/campaign-response.dto.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { sentMessage } from '../campaigns/domain/email-message.js';
import { RUN_DEADLINE_HOURS } from '../campaigns/domain/run-deadline.js';
import type { Schedule } from '../campaigns/domain/schedule.js';
import { shareOf } from '../campaigns/domain/variants.js';
import { parseScheduleTime } from '../campaigns/domain/wall-time.js';
import { SendingLimitsService } from '../delivery/sending-limits.service.js';
import { Clock } from '../platform/clock.js';
import { invalid } from '../platform/errors.js';
import { CampaignReachService } from './campaign-reach.service.js';
import { finishTime, type Limits, volumePerHour } from './domain/finish-time.js';
import { lint } from './domain/lint.js';
import type { LintSubject } from './domain/lint-rule.js';
import type { SampledSms } from './domain/sample.js';
import { type Speed, speedOf } from './domain/speed.js';
import { measuredSpeed } from './forecast.queries.js';
import type {
  ForecastAudience as Reach,
  ForecastCampaign,
  ForecastResponse,
  ForecastSms,
  LintWarningResponse,
} from './forecast.dto.js';

const HOUR = 3_600_000;
const OCCURRENCES = 10;

/** What to expect of a campaign before it runs, and what about it was probably not meant. */
@Injectable()
export class ForecastService {
  constructor(
    private readonly em: EntityManager,
    private readonly campaigns: CampaignsService,
    private readonly reach: CampaignReachService,
    private readonly sending: SendingLimitsService,
    private readonly clock: Clock,
  ) {}

  /** Forecasts the run that opens next, or at `wish.at`. Throws INVALID_FORECAST for a time that is none or has passed. */
  async forecast(campaignId: number, wish: ForecastCampaign): Promise<ForecastResponse> {
    const { campaign, schedule } = await this.campaigns.plan(campaignId);
    const now = this.clock.now();
    const at = wish.at == null ? null : readTime(wish.at, schedule, now);
    const next = await this.campaigns.occurrences(campaignId, OCCURRENCES, at ?? now);
    const { contacts, reachable, excluded } = withoutHoldOut(await this.reach.reach(campaign, now), campaign.holdOut);
    const speed = await this.speed(campaign);
    const runMs = finishTime(reachable, speed.limits);
    const sample = await this.reach.sample(campaign, now);
    const subject: LintSubject = {
      ...factsOf(campaign, schedule),
      now,
      next,
      audience: { contacts, reachable },
      runMs,
      sample,
    };
    const opensAt = at ?? openingOf(campaign, next, now);
    return {
      campaign_id: campaignId,
      as_of: now,
      audience: { contacts, reachable, excluded },
      finish: {
        opens_at: opensAt,
        finishes_at: new Date(opensAt.getTime() + runMs),
        seconds: Math.ceil(runMs / 1_000),
        per_second: Math.round(speed.perSecond),
        basis: speed.basis,
        explanation: speed.explanation,
      },
      volume_per_hour: hoursOf(reachable, speed.limits, opensAt),
      next_occurrences: next,
      sms: campaign.channel === 'sms' ? smsOf(sample.sms, reachable) : null,
      warnings: lint(subject),
    };
  }

  /** What the forecast warns of. */
  async lint(campaignId: number): Promise<LintWarningResponse[]> {
    return (await this.forecast(campaignId, {})).warnings;
  }

  private async speed({ channel, provider = null }: Campaign): Promise<Speed> {
    return speedOf(await measuredSpeed(this.em.getKysely(), channel), this.sending.limitsOf(channel, provider));
  }
}

/** Who is held out is drawn when the run opens; so many of those who can be reached. */
function withoutHoldOut({ contacts, reachable, excluded }: Reach, holdOut: number): Reach {
  const held = Math.round((reachable * holdOut) / 100);
  if (held === 0) return { contacts, reachable, excluded };
  return { contacts, reachable: reachable - held, excluded: [...excluded, { reason: 'hold_out', contacts: held }] };
}

function readTime(text: string, { timeZone }: Schedule, now: Date): Date {
  const at = parseScheduleTime(text, timeZone)?.at;
  const wrong = !at ? 'at must be an ISO 8601 date and time that exists' : at < now ? 'at has passed' : null;
  if (wrong !== null) throw invalid('INVALID_FORECAST', [{ pointer: '/at', message: wrong }]);
  return at!;
}

/** When the next run opens; what is overdue, or has no time yet, would open now. */
function openingOf({ nextRunAt }: Campaign, [first]: OccurrenceResponse[], now: Date): Date {
  const at = nextRunAt ?? first?.at ?? now;
  return at < now ? now : at;
}

function factsOf(campaign: Campaign, schedule: Schedule) {
  const { type, status, channel, kind, footer, subject = null, overlap } = campaign;
  const over: (typeof status)[] = ['completed', 'cancelled', 'failed'];
  const waiting = !over.includes(status);
  const smallestPercent = smallestOf(campaign);
  return {
    type,
    waiting,
    channel,
    kind,
    footer,
    subject,
    ...sentMessage(campaign),
    overlap,
    schedule,
    smallestPercent,
  };
}

function smallestOf({ variants, winner, testShare }: Campaign): number | null {
  if (!variants || !winner || winner.by === 'hand') return null;
  return (Math.min(...variants.map((variant) => shareOf(variant, variants.length))) * testShare) / 100;
}

function hoursOf(count: number, limits: Limits, from: Date) {
  return volumePerHour(count, limits, RUN_DEADLINE_HOURS).map((messages, hour) => ({
    from: new Date(from.getTime() + hour * HOUR),
    messages,
  }));
}

function smsOf(sms: SampledSms, reachable: number): ForecastSms {
  return {
    sampled: sms.messages,
    fewest_segments: sms.fewest,
    most_segments: sms.most,
    estimated_segments: sms.messages === 0 ? 0 : Math.round((sms.segments / sms.messages) * reachable),
    ucs2_messages: sms.ucs2,
    forced_by: sms.forcedBy,
  };
}
