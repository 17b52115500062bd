import type { Campaign } from './campaign.entity.js';
import { applyMessage, messageRequestOf, presentMessage, type MessageRequest } from './campaign-message.js';
import {
  applyVariants,
  NO_TEST,
  presentVariants,
  shownVariants,
  variantsRequestOf,
  type VariantsRequest,
} from './campaign-variants.js';
import type { CampaignSegments, SegmentsByName } from './campaign-audience.service.js';
import type { CampaignResponse } from './campaign-response.dto.js';
import { opensByZones, scheduledFor, scheduleOf } from './campaign-schedule.js';
import type { CreateCampaign } from './campaigns.dto.js';
import { nextOccurrence } from './domain/recurrence.js';
import { recurrenceMessage } from './domain/recurrence-message.js';
import { trackingOf } from './domain/tracking.js';
import { wallTimeOf } from './domain/recipient-time.js';
import type { Occurrence, Schedule } from './domain/schedule.js';
import type { SendWindow } from './domain/send-window.js';
import { toInstant, toWallTime } from './domain/wall-time.js';

/** A request with every default filled in: what a campaign is to be, before it is checked. */
export type CampaignRequest = Required<
  Omit<
    CreateCampaign,
    'draft' | 'interval' | 'send_window' | keyof SegmentsByName | keyof MessageRequest | keyof VariantsRequest
  >
> &
  SegmentsByName &
  MessageRequest &
  VariantsRequest & {
    interval: number | null;
    send_window: SendWindow | null;
  };

/** The request that a body stands for: what is absent or null has its default. */
export function requestOf(input: Omit<CreateCampaign, 'interval'> & { interval?: number | null }): CampaignRequest {
  return {
    name: input.name,
    type: input.type,
    schedule_time: input.schedule_time,
    message: input.message,
    target_segment: input.target_segment ?? null,
    include: input.include ?? null,
    exclude: input.exclude ?? [],
    only_new: input.only_new ?? false,
    frequency: input.frequency ?? null,
    interval: input.interval ?? null,
    channel: input.channel ?? 'email',
    provider: input.provider ?? null,
    subject: input.subject ?? null,
    format: input.format ?? 'text',
    ...messageRequestOf(input),
    ...variantsRequestOf(input),
    attachments: attachmentsOf(input),
    time_zone: input.time_zone ?? 'UTC',
    recipient_time_zone: input.recipient_time_zone ?? false,
    late: input.late ?? 'send_now',
    send_window: windowOf(input.send_window),
    weekdays: input.weekdays ?? null,
    until: input.until ?? null,
    max_runs: input.max_runs ?? null,
    cron: input.cron ?? null,
    misfire: input.misfire ?? 'run_latest',
    // Catching up with several occurrences means one after the other; skipping what overlaps would undo it.
    overlap: input.overlap ?? (input.misfire === 'run_all' ? 'queue' : 'skip'),
    on_doubt: input.on_doubt ?? 'hold',
  };
}

/** What is asked to be attached; an empty list is none. */
export const attachmentsOf = ({ attachments }: Pick<CreateCampaign, 'attachments'>): object[] | null =>
  attachments?.length ? attachments : null;

function windowOf(given: CreateCampaign['send_window']): SendWindow | null {
  return given ? { from: given.from, to: given.to, weekdays: given.weekdays ?? null } : null;
}

/** The request that would make the campaign as it is now: what an edit starts from. */
export function presentRequest(campaign: Campaign, segments: SegmentsByName): CampaignRequest {
  return {
    name: campaign.name,
    type: campaign.type,
    schedule_time: presentTime(campaign),
    message: campaign.message,
    ...segments,
    only_new: campaign.onlyNew,
    frequency: campaign.frequency ?? null,
    interval: campaign.interval,
    channel: campaign.channel,
    provider: campaign.provider ?? null,
    subject: campaign.subject ?? null,
    format: campaign.format,
    ...presentMessage(campaign),
    ...presentVariants(campaign),
    attachments: null,
    time_zone: campaign.timeZone,
    recipient_time_zone: campaign.recipientTimeZone,
    late: campaign.late,
    send_window: campaign.sendWindow ?? null,
    weekdays: campaign.weekdays ?? null,
    until: campaign.until?.toISOString() ?? null,
    max_runs: campaign.maxRuns ?? null,
    cron: campaign.cron ?? null,
    misfire: campaign.misfire,
    overlap: campaign.overlap,
    on_doubt: campaign.onDoubt,
  };
}

/** Naming one rule or one end in an edit takes the place of the other; without variants there is no test. */
export function replacing(given: Record<string, unknown>): Partial<CampaignRequest> {
  return {
    ...(given.cron != null ? { frequency: null, interval: null, weekdays: null } : {}),
    ...(given.frequency != null ? { cron: null, weekdays: null } : {}),
    ...(given.recipient_time_zone !== undefined && !given.recipient_time_zone ? { late: 'send_now' } : {}),
    ...(given.target_segment != null ? { include: null } : {}),
    ...(given.include != null ? { target_segment: null } : {}),
    ...(given.until != null ? { max_runs: null } : {}),
    ...(given.max_runs != null ? { until: null } : {}),
    ...(given.variants === null ? NO_TEST : {}),
  };
}

/** The anchor as wall time, or as an instant where its wall time would be read as the first of two and it is the second. */
function presentTime({ anchorAt, anchorLocal, timeZone, recipientTimeZone }: Campaign): string {
  if (recipientTimeZone) return anchorLocal;
  return toInstant(anchorLocal, timeZone).at.getTime() === anchorAt.getTime() ? anchorLocal : anchorAt.toISOString();
}

/** Writes a checked request onto a campaign; a changed content becomes a new version. */
export function applyRequest(
  campaign: Campaign,
  request: CampaignRequest,
  schedule: Schedule,
  { target }: CampaignSegments,
): void {
  const content = [campaign.channel, campaign.subject, campaign.message, campaign.format];
  Object.assign(campaign, {
    name: request.name,
    type: request.type,
    channel: request.channel,
    provider: request.provider,
    subject: request.subject,
    message: request.message,
    format: request.format,
    targetSegment: target,
    onlyNew: request.only_new,
    maxRuns: request.max_runs,
    misfire: request.misfire,
    overlap: request.overlap,
    onDoubt: request.on_doubt,
    recipientTimeZone: request.recipient_time_zone,
    late: request.late,
    sendWindow: request.send_window,
    ...schedule,
  });
  const changed = [request.channel, request.subject, request.message, request.format].some(
    (value, index) => value !== content[index],
  );
  const messageChanged = applyMessage(campaign, request);
  const variantsChanged = applyVariants(campaign, request);
  if (campaign.id !== undefined && (changed || messageChanged || variantsChanged)) campaign.contentVersion += 1;
}

/** The API's view of a campaign. */
export function campaignResponse(campaign: Campaign, segments: SegmentsByName): CampaignResponse {
  const schedule = scheduleOf(campaign);
  return {
    id: campaign.id,
    name: campaign.name,
    type: campaign.type,
    status: campaign.status,
    status_reason: campaign.statusReason ?? null,
    channel: campaign.channel,
    provider: campaign.provider ?? null,
    subject: campaign.subject ?? null,
    message: campaign.message,
    format: campaign.format,
    ...presentMessage(campaign),
    tracking: trackingOf(campaign),
    ...presentVariants(campaign),
    variants: shownVariants(campaign.variants),
    ...segments,
    only_new: campaign.onlyNew,
    schedule_time:
      campaign.type === 'recurring' && campaign.nextRunAt
        ? scheduledFor(campaign, campaign.nextRunAt)
        : campaign.anchorAt,
    time_zone: campaign.timeZone,
    recipient_time_zone: campaign.recipientTimeZone,
    late: campaign.late,
    send_window: campaign.sendWindow ?? null,
    frequency: campaign.frequency ?? null,
    interval: campaign.interval,
    weekdays: campaign.weekdays ?? null,
    cron: campaign.cron ?? null,
    until: campaign.until ?? null,
    max_runs: campaign.maxRuns ?? null,
    misfire: campaign.misfire,
    overlap: campaign.overlap,
    on_doubt: campaign.onDoubt,
    next_run_at: campaign.nextRunAt ?? null,
    last_run_at: campaign.lastRunAt ?? null,
    runs: campaign.runsStarted,
    recurrence_message: recurrenceMessage({
      schedule,
      next: nextOf(campaign, schedule),
      runs: campaign.runsStarted,
      maxRuns: campaign.maxRuns ?? null,
      status: campaign.status,
      recipientTimeZone: campaign.recipientTimeZone,
    }),
    content_version: campaign.contentVersion,
    version: campaign.version,
    created_at: campaign.createdAt,
    updated_at: campaign.updatedAt,
  };
}

/** The stored next run as an occurrence, with the note of the rule where it is one of the rule's own. */
function nextOf(campaign: Campaign, schedule: Schedule): Occurrence | null {
  const at = campaign.nextRunAt;
  if (!at) return null;
  if (opensByZones(campaign, at)) return { at, local: wallTimeOf(at), note: null };
  const plain = { at, local: toWallTime(at, schedule.timeZone), note: null };
  if (campaign.type === 'one_time') return plain;
  const byRule = nextOccurrence(schedule, new Date(at.getTime() - 1));
  return byRule?.at.getTime() === at.getTime() ? byRule : plain;
}
