import type { BrakeCounts } from './domain/brakes.js';
import { defineEntity, p } from '@mikro-orm/core';
import type { Audience } from '../audience/domain/audience.js';
import type { Channel } from '../audience/domain/channel.js';
import { MESSAGE_KINDS, type MessageKind } from '../audience/domain/recipient.js';
import { Campaign } from './campaign.entity.js';
import { type RunStatus, RUN_STATUSES } from './domain/campaign-status.js';
import type { Format } from './domain/content.js';
import { type EmailHeaders, type EmailSender, type FooterPolicy, FOOTERS } from './domain/email-message.js';
import { type DoubtPolicy, LATE_POLICIES, type LatePolicy } from './domain/schedule.js';
import type { SendWindow } from './domain/send-window.js';
import type { TrackingWish } from './domain/tracking.js';
import type { Variant, WinnerPolicy } from './domain/variants.js';

const listed = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');
const count = () => p.bigint('number').defaultRaw('0');

const RunSchema = defineEntity({
  name: 'Run',
  tableName: 'run',
  uniques: [{ name: 'run_occurrence_unique', properties: ['campaign', 'scheduledFor'] }],
  indexes: [
    { name: 'run_open_index', properties: ['id'], where: 'finished_at is null' },
    { name: 'run_campaign_index', properties: ['campaign', 'id'] },
    { name: 'run_doubt_index', properties: ['id'], where: 'in_doubt > 0' },
    {
      name: 'run_deciding_index',
      properties: ['decidesAt'],
      where: 'decides_at is not null and finished_at is null',
    },
    {
      name: 'run_unreconciled_index',
      properties: ['id'],
      where: 'finished_at is not null and reconciled_at is null',
    },
  ],
  checks: [
    { name: 'run_status_known', expression: `status in (${listed(RUN_STATUSES)})` },
    { name: 'run_late_known', expression: `late in (${listed(LATE_POLICIES)})` },
    { name: 'run_kind_known', expression: `kind in (${listed(MESSAGE_KINDS)})` },
    { name: 'run_footer_known', expression: `footer in (${listed(FOOTERS)})` },
    {
      name: 'run_finished_has_time',
      expression: `(finished_at is null) = (status in ('processing', 'paused', 'cancelling'))`,
    },
    {
      name: 'run_finished_adds_up',
      expression: `finished_at is null or audience_size = sent + failed + skipped + in_doubt`,
    },
    {
      name: 'run_counts_not_negative',
      expression: `least(audience_size, sent, failed, skipped, in_doubt) >= 0`,
    },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    campaign: () => p.manyToOne(Campaign).mapToPk().index(false).deleteRule('restrict').updateRule('no action'),
    scheduledFor: p.datetime(6),
    status: p.text().$type<RunStatus>().default('processing'),
    reason: p.text().nullable(),
    channel: p.text().$type<Channel>(),
    /** The account it goes through: the campaign's, or the channel's default when its audience is frozen. */
    provider: p.text().nullable(),
    subject: p.text().nullable(),
    message: p.text(),
    format: p.text().$type<Format>(),
    kind: p.text().$type<MessageKind>().default('marketing'),
    footer: p.text().$type<FooterPolicy>().default('auto'),
    preheader: p.text().nullable(),
    replyTo: p.text().nullable(),
    sender: p.json<EmailSender>().nullable(),
    /** The message for those who read text, where it is not made from the message. */
    text: p.text().nullable(),
    headers: p.json<EmailHeaders>().nullable(),
    tracking: p.json<TrackingWish>().nullable(),
    variants: p.json<Variant[]>().nullable(),
    /** Percent of the audience that the variants are tried out on, and percent that gets nothing. */
    testShare: p.smallint().default(100),
    holdOut: p.smallint().default(0),
    winner: p.json<WinnerPolicy>().nullable(),
    /** When the winner is to be decided; null where nothing is to be, or not by the clock. */
    decidesAt: p.datetime(6).nullable(),
    /** Of a push message: what a click on it opens, and the picture beside it. */
    url: p.text().nullable(),
    icon: p.text().nullable(),
    contentVersion: p.integer(),
    /** Whom it is for, with the rules as they were when it opened; null where nobody was. */
    audience: p.json<Audience>().nullable(),
    onDoubt: p.text().$type<DoubtPolicy>(),
    /** The campaign's, for those without a usable one. */
    timeZone: p.text().default('UTC'),
    /** When the first time zone is due, of a run at each recipient's own wall time; null where all are due at once. */
    zonesFrom: p.datetime(6).nullable(),
    late: p.text().$type<LatePolicy>().default('send_now'),
    sendWindow: p.json<SendWindow>().nullable(),
    /** Recipients who had no usable zone where one was asked for. */
    zoneFallback: count(),
    missedCount: p.integer().default(0),
    missedUntil: p.datetime(6).nullable(),
    audienceThrough: count(),
    frozenThrough: count(),
    frozen: p.boolean().default(false),
    audienceSize: count(),
    sent: count(),
    failed: count(),
    skipped: count(),
    inDoubt: count(),
    /** What had been counted when a brake paused it: rates start anew from there. */
    brakedAt: p.json<BrakeCounts>().nullable(),
    openedAt: p.datetime(6),
    expiresAt: p.datetime(6),
    finishedAt: p.datetime(6).nullable(),
    /** When its finished totals were last compared with the ledger; null until then, and again after a correction. */
    reconciledAt: p.datetime(6).nullable(),
    reconciliationDifference: p.json<object[]>().nullable(),
    /** When its ledger was given up for dropping, under the retention; from then on nothing of it changes. */
    ledgerDroppedAt: p.datetime(6).nullable(),
  },
});

/**
 * One occurrence carried out, with its own copy of the content. The totals are final once `finishedAt` is set; until
 * then the batches hold them.
 */
export class Run extends RunSchema.class {}
RunSchema.setClass(Run);
