import { Injectable } from '@nestjs/common';
import { AudienceService } from '../audience/audience.service.js';
import { VariableGapsService } from '../audience/variable-gaps.service.js';
import type { Recipient } from '../audience/domain/recipient.js';
import { CampaignAudienceService } from '../campaigns/campaign-audience.service.js';
import type { Campaign } from '../campaigns/campaign.entity.js';
import { type SentMessage, sentMessage } from '../campaigns/domain/email-message.js';
import { templateVariables } from '../campaigns/domain/template-variables.js';
import { trackingOf } from '../campaigns/domain/tracking.js';
import { InertTrackingService } from '../delivery/inert-tracking.service.js';
import { RenderingService } from '../delivery/rendering.service.js';
import { SendingLimitsService } from '../delivery/sending-limits.service.js';
import { lookAt, type Sample } from './domain/sample.js';

/** Contacts looked at for what templates need. */
const SAMPLE = 500;

/** How long rendering for them may take: in this process everybody else waits for it, elsewhere who asked. */
const HERE_MS = 50;
const ELSEWHERE_MS = 2_000;

/** Whom a campaign would reach, and what its messages to some of them come to. */
@Injectable()
export class CampaignReachService {
  constructor(
    private readonly audience: AudienceService,
    private readonly audiences: CampaignAudienceService,
    private readonly sending: SendingLimitsService,
    private readonly rendering: RenderingService,
    private readonly tracking: InertTrackingService,
    private readonly gaps: VariableGapsService,
  ) {}

  /** Counts those that a run would find now, and why it would not send to others; caps as they are when it opens. */
  async reach(campaign: Campaign, now: Date, opensAt: Date) {
    const capped = this.sending.cappedOn(campaign.channel, opensAt);
    return this.audience.reach(await this.audiences.of(campaign), campaign, now, capped);
  }

  /** Renders for as many of a sample as there is time. */
  async sample(campaign: Campaign, now: Date): Promise<Sample> {
    const audience = await this.audiences.of(campaign);
    const contacts = await this.audience.sample(audience, campaign, now, SAMPLE);
    const sent = sentMessage(campaign);
    const tracked = await this.tracking.of(sent, campaign.channel, trackingOf(campaign));
    const content = { ...sent, subject: campaign.subject ?? null, message: tracked?.message ?? sent.message };
    const filling = this.rendering.of(content);
    const fill = ({ contactId, fields }: Recipient) =>
      filling.fill(tracked ? { ...fields, tracked: tracked.linksFor(contactId) } : fields);
    const enough = deadline(filling.elsewhere ? ELSEWHERE_MS : HERE_MS);
    const sample = await lookAt(contacts, content.subject, { channel: campaign.channel, fill, enough });
    const unheld = attributesIn(sent, content.subject).filter((name) => !sample.attributes.has(name));
    // What none of a few has somebody else may have: all are asked where there is time.
    const asked = unheld.length > 0 ? await this.gaps.held(audience, unheld, now) : null;
    return asked
      ? { ...sample, size: asked.contacts, attributes: new Set([...sample.attributes, ...asked.held]) }
      : sample;
  }
}

/** The attributes of contacts that a message speaks of. */
function attributesIn({ message, format }: SentMessage, subject: string | null): string[] {
  const variables = [...templateVariables(message, format), ...templateVariables(subject ?? '', 'text')];
  return [...new Set(variables.flatMap(([name, key]) => (name === 'attributes' && key !== undefined ? [key] : [])))];
}

function deadline(milliseconds: number): () => boolean {
  const until = performance.now() + milliseconds;
  return () => performance.now() > until;
}
