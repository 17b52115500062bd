import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config.js';
import { invalid } from '../platform/errors.js';
import { Campaign } from './campaign.entity.js';
import { contentErrors } from './campaign-checks.js';
import type { ContentFields } from './campaign-content.dto.js';
import { messageRequestOf } from './campaign-message.js';
import { attachmentsOf } from './campaign-plan.js';
import { unknownVariant } from './campaigns.errors.js';
import { CampaignsService } from './campaigns.service.js';
import { sentMessage } from './domain/email-message.js';
import type { RunMessage } from './domain/run-message.js';
import { type Tracking, trackingOf } from './domain/tracking.js';
import { messageOfVariant } from './domain/variants.js';
import { messageErrors } from './message-checks.js';
import { htmlOf } from './mjml.js';

/** A message, and what of it is counted. */
export interface CountedMessage {
  message: RunMessage;
  tracking: Tracking;
}

/** What campaigns say, as a run that opens now would have it. */
@Injectable()
export class CampaignContentService {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly config: Config,
  ) {}

  /** A campaign's message, or that of a variant, and the account it names. Throws CAMPAIGN_NOT_FOUND or UNKNOWN_VARIANT. */
  async of(campaignId: number, name?: string): Promise<CountedMessage & { provider: string | null }> {
    const { campaign } = await this.campaigns.plan(campaignId);
    const variant = campaign.variants?.find((one) => one.name === name);
    if (name !== undefined && !variant) throw unknownVariant(name);
    const { channel, subject = null, kind, footer, preheader, replyTo, sender, text, headers, url, icon } = campaign;
    const message = {
      ...{ channel, kind, footer, preheader, replyTo, sender, text, headers, url, icon },
      // As a run has it: an email without a subject takes the campaign's name.
      subject: channel === 'email' ? (subject ?? campaign.name) : subject,
      ...sentMessage(campaign),
    };
    const provider = campaign.provider ?? null;
    return { message: messageOfVariant(message, variant), tracking: trackingOf(campaign), provider };
  }

  /** A message that no campaign has yet. Throws INVALID_CAMPAIGN with every wrong field. */
  async unsaved(input: ContentFields): Promise<CountedMessage> {
    const { subject = null, message } = input;
    const channel = input.channel ?? 'email';
    const format = input.format ?? 'text';
    const { reply_to: replyTo, ...others } = messageRequestOf(input);
    const request = {
      channel,
      subject,
      message,
      format,
      reply_to: replyTo,
      ...others,
      attachments: attachmentsOf(input),
    };
    const errors = [...contentErrors(request), ...messageErrors(request, this.config)];
    if (errors.length > 0) throw invalid('INVALID_CAMPAIGN', errors);
    const html = await htmlOf(new Campaign(), request);
    const sent = { channel, subject, replyTo, ...others, ...sentMessage({ message, format, html }) };
    return { message: sent, tracking: trackingOf({ channel, format, tracking: others.tracking }) };
  }
}
