import { defineEntity, p } from '@mikro-orm/core';
import type { Channel } from '../audience/domain/channel.js';
import type { MessageKind } from '../audience/domain/recipient.js';
import { Campaign } from './campaign.entity.js';
import type { TrackingWish } from './domain/tracking.js';
import type { Variant } from './domain/variants.js';
import type { CampaignFormat, EmailHeaders, EmailSender, FooterPolicy } from './domain/email-message.js';

const CampaignVersionSchema = defineEntity({
  name: 'CampaignVersion',
  tableName: 'campaign_version',
  properties: {
    campaign: () =>
      p.manyToOne(Campaign).mapToPk().primary().deleteRule('cascade').updateRule('no action').index(false),
    number: p.integer().primary(),
    channel: p.text().$type<Channel>(),
    subject: p.text().nullable(),
    message: p.text(),
    format: p.text().$type<CampaignFormat>(),
    /** What a message in MJML came to. */
    html: p.text().nullable(),
    kind: p.text().$type<MessageKind>(),
    footer: p.text().$type<FooterPolicy>(),
    preheader: p.text().nullable(),
    replyTo: p.text().nullable(),
    sender: p.json<EmailSender>().nullable(),
    text: p.text().nullable(),
    headers: p.json<EmailHeaders>().nullable(),
    /** What was said about tracking; what was not has its default. */
    tracking: p.json<TrackingWish>().nullable(),
    url: p.text().nullable(),
    icon: p.text().nullable(),
    variants: p.json<Variant[]>().nullable(),
    /** The name of the API key that made it; null where the engine did. */
    createdBy: p.text().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** What a campaign said from one edit to the next. It never changes; runs name it by its number. */
export class CampaignVersion extends CampaignVersionSchema.class {}
CampaignVersionSchema.setClass(CampaignVersion);
