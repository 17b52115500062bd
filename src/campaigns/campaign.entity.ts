import { defineEntity, p } from '@mikro-orm/core';
import { CHANNELS } from '../audience/domain/channel.js';
import { MESSAGE_KINDS, type MessageKind } from '../audience/domain/recipient.js';
import { Segment } from '../audience/segment.entity.js';
import { CAMPAIGN_STATUSES } from './domain/campaign-status.js';
import {
  CAMPAIGN_FORMATS,
  type CampaignFormat,
  type EmailHeaders,
  type EmailSender,
  type FooterPolicy,
  FOOTERS,
} from './domain/email-message.js';
import {
  DOUBT_POLICIES,
  FREQUENCIES,
  LATE_POLICIES,
  MISFIRE_POLICIES,
  OVERLAP_POLICIES,
  type Weekday,
} from './domain/schedule.js';
import type { SendWindow } from './domain/send-window.js';
import type { TrackingWish } from './domain/tracking.js';
import type { Variant, WinnerPolicy } from './domain/variants.js';

export const CAMPAIGN_TYPES = ['one_time', 'recurring'] as const;
export type CampaignType = (typeof CAMPAIGN_TYPES)[number];

const oneOf = (column: string, values: readonly string[]) =>
  `${column} in (${values.map((value) => `'${value}'`).join(', ')})`;

const CampaignSchema = defineEntity({
  name: 'Campaign',
  tableName: 'campaign',
  checks: [
    { name: 'campaign_type_known', expression: oneOf('type', CAMPAIGN_TYPES) },
    {
      name: 'campaign_status_known',
      expression: oneOf('status', ['draft', 'pending', 'processing', 'completed', 'failed', 'paused', 'cancelled']),
    },
    { name: 'campaign_channel_known', expression: oneOf('channel', CHANNELS) },
    { name: 'campaign_format_known', expression: oneOf('format', CAMPAIGN_FORMATS) },
    { name: 'campaign_mjml_has_html', expression: `(format = 'mjml') = (html is not null)` },
    { name: 'campaign_kind_known', expression: oneOf('kind', MESSAGE_KINDS) },
    { name: 'campaign_footer_known', expression: oneOf('footer', FOOTERS) },
    { name: 'campaign_misfire_known', expression: oneOf('misfire', MISFIRE_POLICIES) },
    { name: 'campaign_overlap_known', expression: oneOf('overlap', OVERLAP_POLICIES) },
    { name: 'campaign_on_doubt_known', expression: oneOf('on_doubt', DOUBT_POLICIES) },
    { name: 'campaign_late_known', expression: oneOf('late', LATE_POLICIES) },
    { name: 'campaign_interval_positive', expression: `"interval" >= 1` },
    { name: 'campaign_max_runs_positive', expression: `max_runs >= 1` },
    {
      name: 'campaign_recurs_by_one_rule',
      expression: `num_nonnulls(frequency, cron) = (type = 'recurring')::int`,
    },
    { name: 'campaign_one_end', expression: `until is null or max_runs is null` },
  ],
  indexes: [
    {
      name: 'campaign_due_index',
      properties: ['nextRunAt'],
      where: 'next_run_at is not null',
    },
    { name: 'campaign_target_segment_id_index', properties: ['targetSegment'] },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    name: p.text(),
    type: p.text().$type<CampaignType>(),
    status: p.text().$type<(typeof CAMPAIGN_STATUSES)[number]>().default('pending'),
    statusReason: p.text().nullable(),
    channel: p.text().$type<(typeof CHANNELS)[number]>().default('email'),
    subject: p.text().nullable(),
    message: p.text(),
    format: p.text().$type<CampaignFormat>().default('text'),
    /** What a message in MJML came to when it was saved. */
    html: p.text().nullable(),
    kind: p.text().$type<MessageKind>().default('marketing'),
    footer: p.text().$type<FooterPolicy>().default('auto'),
    preheader: p.text().nullable(),
    replyTo: p.text().nullable(),
    sender: p.json<EmailSender>().nullable(),
    /** The message for those who read text, where it is not made from the message. */
    text: p.text().nullable(),
    headers: p.json<EmailHeaders>().nullable(),
    /** What was said about tracking; what was not has its default. */
    tracking: p.json<TrackingWish>().nullable(),
    variants: p.json<Variant[]>().nullable(),
    /** Percent of the audience that the variants are tried out on, and percent that gets nothing. */
    testShare: p.smallint().default(100),
    holdOut: p.smallint().default(0),
    winner: p.json<WinnerPolicy>().nullable(),
    /** Of a push message: what a click on it opens, and the picture beside it. */
    url: p.text().nullable(),
    icon: p.text().nullable(),
    contentVersion: p.integer().default(1),
    /** The account that its runs are sent through; null for the channel's default. */
    provider: p.text().nullable(),
    targetSegment: () => p.manyToOne(Segment).mapToPk().nullable().deleteRule('restrict').updateRule('no action'),
    /** Whether who was reached by an earlier run is left out. */
    onlyNew: p.boolean().default(false),
    timeZone: p.text().default('UTC'),
    recipientTimeZone: p.boolean().default(false),
    late: p.text().$type<(typeof LATE_POLICIES)[number]>().default('send_now'),
    sendWindow: p.json<SendWindow>().nullable(),
    anchorAt: p.datetime(6),
    anchorLocal: p.text(),
    frequency: p
      .enum([...FREQUENCIES])
      .nativeEnumName('frequency')
      .nullable(),
    interval: p.integer().default(1),
    weekdays: p.array().columnType('text[]').$type<Weekday[]>().nullable(),
    cron: p.text().nullable(),
    until: p.datetime(6).nullable(),
    maxRuns: p.integer().nullable(),
    misfire: p.text().$type<(typeof MISFIRE_POLICIES)[number]>().default('run_latest'),
    overlap: p.text().$type<(typeof OVERLAP_POLICIES)[number]>().default('skip'),
    onDoubt: p.text().$type<(typeof DOUBT_POLICIES)[number]>().default('hold'),
    nextRunAt: p.datetime(6).nullable(),
    lastRunAt: p.datetime(6).nullable(),
    runsStarted: p.integer().default(0),
    openFailures: p.integer().default(0),
    version: p.integer().version().default(1),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
    deletedAt: p.datetime(6).nullable(),
  },
});

/** What to say, to whom, by which channel, on which schedule, under which policies. */
export class Campaign extends CampaignSchema.class {}
CampaignSchema.setClass(Campaign);

export const SEGMENT_ROLES = ['include', 'exclude'] as const;
export type SegmentRole = (typeof SEGMENT_ROLES)[number];

const CampaignSegmentSchema = defineEntity({
  name: 'CampaignSegment',
  tableName: 'campaign_segment',
  checks: [{ name: 'campaign_segment_role_known', expression: oneOf('role', SEGMENT_ROLES) }],
  indexes: [{ name: 'campaign_segment_segment_id_index', properties: ['segment'] }],
  properties: {
    campaign: () =>
      p.manyToOne(Campaign).mapToPk().primary().deleteRule('cascade').updateRule('no action').index(false),
    segment: () => p.manyToOne(Segment).mapToPk().primary().deleteRule('restrict').updateRule('no action'),
    role: p.text().$type<SegmentRole>(),
    /** In the order in which they were named. */
    place: p.integer(),
  },
});

/** A segment that a campaign includes or excludes; a segment that is its whole target stands in the campaign. */
export class CampaignSegment extends CampaignSegmentSchema.class {}
CampaignSegmentSchema.setClass(CampaignSegment);
