import type { Campaign } from './campaign.entity.js';
import type { EmailHeaders, EmailSender } from './domain/email-message.js';
import { type TrackingWish, wishOf } from './domain/tracking.js';
import type { CampaignMessageFields } from './email-message.dto.js';

/** What a message has beside its subject and its text, with every default filled in. */
export interface MessageRequest extends Required<
  Pick<CampaignMessageFields, 'kind' | 'footer' | 'preheader' | 'reply_to' | 'text' | 'url' | 'icon'>
> {
  sender: EmailSender | null;
  headers: EmailHeaders | null;
  tracking: TrackingWish | null;
}

/** What a body says about it. */
export function messageRequestOf(input: CampaignMessageFields): MessageRequest {
  const { sender, headers } = input;
  return {
    kind: input.kind ?? 'marketing',
    footer: input.footer ?? 'auto',
    preheader: input.preheader ?? null,
    reply_to: input.reply_to ?? null,
    sender: sender ? { name: sender.name ?? null, email: sender.email } : null,
    text: input.text ?? null,
    headers: headers && Object.keys(headers).length > 0 ? { ...headers } : null,
    tracking: wishOf(input.tracking ?? null),
    url: input.url ?? null,
    icon: input.icon ?? null,
  };
}

/** What a campaign has of it. */
export function presentMessage(campaign: Campaign): MessageRequest {
  return {
    kind: campaign.kind,
    footer: campaign.footer,
    preheader: campaign.preheader ?? null,
    reply_to: campaign.replyTo ?? null,
    sender: campaign.sender ?? null,
    text: campaign.text ?? null,
    headers: campaign.headers ?? null,
    tracking: wishOf(campaign.tracking ?? null),
    url: campaign.url ?? null,
    icon: campaign.icon ?? null,
  };
}

/** Writes it onto a campaign; answers whether that changed anything. */
export function applyMessage(campaign: Campaign, request: MessageRequest): boolean {
  const before = JSON.stringify(presentMessage(campaign));
  const { kind, footer, preheader, reply_to: replyTo, sender, text, headers, tracking, url, icon } = request;
  Object.assign(campaign, { kind, footer, preheader, replyTo, sender, text, headers, tracking, url, icon });
  return JSON.stringify(presentMessage(campaign)) !== before;
}
