import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Campaign } from '../campaigns/campaign.entity.js';
import { CampaignsService } from '../campaigns/campaigns.service.js';
import { sentMessage } from '../campaigns/domain/email-message.js';
import { isUsableZone } from '../campaigns/domain/recipient-time.js';
import type { Schedule } from '../campaigns/domain/schedule.js';
import { trackingOf } from '../campaigns/domain/tracking.js';
import { shareOf } from '../campaigns/domain/variants.js';
import { parseScheduleTime } from '../campaigns/domain/wall-time.js';
import type { ZonedRun } from '../delivery/domain/zone-plan.js';
import { SendingLimitsService } from '../delivery/sending-limits.service.js';
import { Clock } from '../platform/clock.js';
import { invalid } from '../platform/errors.js';
import { CampaignReachService } from './campaign-reach.service.js';
import { expectedRun, expectedRunAt, heldFor } from './expected-run.js';
import { lint } from './domain/lint.js';
import type { LintSubject } from './domain/lint-rule.js';
import { type Course, courseOf, type ExpectedTest, type ZoneShare } from './domain/run-course.js';
import type { SampledSms } from './domain/sample.js';
import { type Speed, speedOf } from './domain/speed.js';
import { measuredSpeed } from './forecast.queries.js';
import type {
  ForecastAudience,
  ForecastCampaign,
  ForecastFinish,
  ForecastHour,
  ForecastResponse,
  ForecastSms,
  LintWarningResponse,
} from './forecast.dto.js';

/** Whom a run would reach, and where they are. */
type Reached = ForecastAudience & { zones: ZoneShare[] };

const MINUTE = 60_000;
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
    const plan = await this.campaigns.plan(campaignId);
    const { campaign, schedule } = plan;
    const now = this.clock.now();
    const at = wish.at == null ? null : readTime(wish.at, schedule, now);
    const next = await this.campaigns.occurrences(campaignId, OCCURRENCES, at ?? now);
    const run = expectedRun(plan, at, now);
    const reach = await this.reach.reach(campaign, now, run?.opened_at ?? now);
    const { contacts, excluded, zones } = withoutHoldOut(reach, campaign.holdOut);
    const speed = await this.speed(campaign);
    const hours = this.sending.hoursOf(campaign.channel, campaign.sendWindow ?? null);
    const course = (run: ZonedRun) => courseOf({ ...run, hours, limits: speed.limits, test: testOf(campaign) }, zones);
    const expected = run && course(run);
    const reachable = expected
      ? expected.sent + expected.waiting
      : zones.reduce((sum, { contacts: there }) => sum + there, 0);
    const sample = await this.reach.sample(campaign, now);
    const subject: LintSubject = {
      ...factsOf(campaign, schedule),
      now,
      next,
      audience: { contacts, reachable },
      runMs: run && expected ? heldFor(run, expected) : 0,
      heldMs: (then) => {
        const later = run && hours === null ? run : expectedRunAt(plan, then, now);
        return heldFor(later, course(later));
      },
      zones: campaign.recipientTimeZone ? clocksOf(campaign, zones) : [],
      sample,
    };
    return {
      campaign_id: campaignId,
      as_of: now,
      audience: { contacts, reachable, excluded: [...excluded, ...(expected?.skipped ?? [])] },
      finish: run && expected && finishOf(run, expected, speed),
      volume_per_hour: run && expected ? volumeOf(run, expected) : [],
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

/** The test of a campaign, where not everybody takes part; who is held out is not among those it is a part of. */
function testOf({ variants, winner, testShare, holdOut }: Campaign): ExpectedTest | null {
  if (!variants || !winner || testShare + holdOut >= 100) return null;
  const minutes = winner.after_minutes;
  return { share: testShare / (100 - holdOut), afterMs: minutes === null ? null : minutes * MINUTE };
}

const finishOf = ({ opened_at }: ZonedRun, { finishesAt, waiting }: Course, speed: Speed): ForecastFinish => ({
  opens_at: opened_at,
  finishes_at: finishesAt,
  seconds: Math.ceil((finishesAt.getTime() - opened_at.getTime()) / 1_000),
  per_second: speed.perSecond,
  basis: speed.basis,
  explanation: waiting > 0 ? `${speed.explanation} ${waitingWords(waiting)}` : speed.explanation,
});

const waitingWords = (waiting: number): string =>
  `Left out: ${waiting} wait until somebody chooses the variant that wins.`;

const volumeOf = ({ opened_at }: ZonedRun, { perHour }: Course): ForecastHour[] =>
  perHour.map((messages, hour) => ({ from: new Date(opened_at.getTime() + hour * HOUR), messages }));

/** Who is held out is drawn when the run opens; so many of those who can be reached, from every zone alike. */
function withoutHoldOut(
  { contacts, reachable, excluded, zones }: Reached,
  holdOut: number,
): Omit<Reached, 'reachable'> {
  const held = Math.round((reachable * holdOut) / 100);
  if (held === 0) return { contacts, excluded, zones };
  let before = 0;
  const heldAmong = (count: number) => Math.round((held * count) / reachable);
  const kept = zones.map(({ zone, contacts: there }) => {
    const among = heldAmong(before + there) - heldAmong(before);
    before += there;
    return { zone, contacts: there - among };
  });
  return { contacts, excluded: [...excluded, { reason: 'hold_out', contacts: held }], zones: kept };
}

function readTime(text: string, { timeZone }: Schedule, now: Date): Date {
  const at = parseScheduleTime(text, timeZone)?.at;
  const wrong = !at ? 'at must be an ISO 8601 date and time that exists' : at < now ? 'at has passed' : null;
  if (wrong !== null) throw invalid('INVALID_FORECAST', [{ pointer: '/at', message: wrong }]);
  return at!;
}

/** By whose clocks recipients are sent to: the campaign's for those without a usable one. */
function clocksOf({ timeZone }: Campaign, shares: ZoneShare[]): string[] {
  const named = shares.map(({ zone }) => (isUsableZone(zone) ? zone : timeZone));
  return named.length > 0 ? [...new Set(named)] : [timeZone];
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
    clicks: trackingOf(campaign).clicks,
    overlap,
    schedule,
    smallestPercent,
  };
}

function smallestOf({ variants, winner, testShare }: Campaign): number | null {
  if (!variants || !winner || winner.by === 'hand') return null;
  return (Math.min(...variants.map((variant) => shareOf(variant, variants.length))) * testShare) / 100;
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
