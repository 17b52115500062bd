import { Injectable } from '@nestjs/common';
import { ContactLookupService } from '../audience/contact-lookup.service.js';
import type { ContactFields } from '../audience/domain/recipient.js';
import { CampaignContentService, type CountedMessage } from '../campaigns/campaign-content.service.js';
import { uncountedLinks } from '../campaigns/domain/odd-links.js';
import { emptyVariables, printedVariables } from '../campaigns/domain/printed-variables.js';
import type { RunMessage } from '../campaigns/domain/run-message.js';
import { smsSegments } from '../campaigns/domain/sms-segments.js';
import { Config } from '../platform/config.js';
import { parseSender } from '../platform/email-address.js';
import { invalid } from '../platform/errors.js';
import { headerValues, unsubscribeHeaders } from './channels/email/edition-headers.js';
import type { Letter } from './channels/email/letter.js';
import { inertLinks } from './inert-links.js';
import { InertTrackingService } from './inert-tracking.service.js';
import { writerFor } from './message-writing.js';
import type { MessagePreviewResponse, PreviewCampaign, PreviewContent, PreviewVariant } from './preview.dto.js';
import { RenderPool } from './rendering/render-pool.js';
import type { TrackedTemplate } from './run-tracking.js';
import type { Written } from './run-writer.js';

const NOBODY: ContactFields = {
  first_name: null,
  last_name: null,
  email: null,
  phone: null,
  external_id: null,
  locale: null,
  time_zone: null,
  attributes: {},
};

const WAYS = ['contact_id', 'email', 'external_id', 'contact'] as const;

/** Somebody a message is written for; the id is null for who is no contact. */
export interface Reader {
  contactId: number | null;
  fields: ContactFields;
}

/** Messages as somebody would get them, without sending any. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly contents: CampaignContentService,
    private readonly contacts: ContactLookupService,
    private readonly tracking: InertTrackingService,
    private readonly config: Config,
    private readonly pool: RenderPool,
  ) {}

  /** Throws CAMPAIGN_NOT_FOUND, UNKNOWN_VARIANT, CONTACT_NOT_FOUND, INVALID_PREVIEW, or CANNOT_BE_RENDERED with the template's fault. */
  async campaign(id: number, wish: PreviewVariant): Promise<MessagePreviewResponse> {
    return this.show(await this.contents.of(id, wish.variant), id, await this.readerOf(wish));
  }

  /** The same of a message that no campaign has; throws INVALID_CAMPAIGN where it could not be saved. */
  async unsaved(input: PreviewContent): Promise<MessagePreviewResponse> {
    return this.show(await this.contents.unsaved(input), 0, await this.readerOf(input));
  }

  /** Writes a message as it is sent, but for links that act, and uncounted unless `tracked` says how. Throws CANNOT_BE_RENDERED. */
  async write(
    message: RunMessage,
    campaignId: number,
    { contactId, fields }: Reader,
    tracked: TrackedTemplate | null = null,
  ): Promise<Written> {
    try {
      const origin = { runId: 0, campaignId };
      const writer = await writerFor(message, origin, {
        links: inertLinks(this.config),
        fill: (job) => this.pool.fill(job),
        tracked,
      });
      const who = [{ contactId: contactId ?? 0, address: '' }, fields] as const;
      return writer.heavy ? await writer.writeElsewhere(...who) : writer.write(...who);
    } catch (error) {
      throw invalid('CANNOT_BE_RENDERED', [{ pointer: '/message', message: (error as Error).message }]);
    }
  }

  /** Whom a request names. */
  async readerOf(wish: PreviewCampaign): Promise<Reader> {
    const { contact } = wish;
    const given = WAYS.filter((name) => wish[name] !== undefined);
    if (given.length > 1)
      throw invalid('INVALID_PREVIEW', [
        { pointer: `/${given[1]}`, message: `give one of ${given.join(', ')}: one says it all` },
      ]);
    if (contact) return { contactId: null, fields: { ...NOBODY, ...contact } };
    if (given.length === 0) return { contactId: null, fields: NOBODY };
    return this.contacts.fieldsOf(wish);
  }

  private async show(counted: CountedMessage, campaignId: number, reader: Reader): Promise<MessagePreviewResponse> {
    const { message } = counted;
    const tracked = await this.tracking.of(message, message.channel, counted.tracking);
    const written = await this.write(message, campaignId, reader, tracked);
    const { html, text } = written.letter?.bodies() ?? { html: null, text: written.body };
    const { units, forcedBy, segments, encoding } = smsSegments(text);
    return {
      contact_id: reader.contactId,
      channel: message.channel,
      subject: written.subject,
      preheader: written.letter?.preheader ?? null,
      html,
      text,
      headers: written.letter ? this.headersOf(written.letter) : {},
      missing_variables: emptyVariables(printedVariables(message), reader.fields),
      uncounted_links: counted.tracking.clicks ? uncountedLinks(message.message, message.format) : [],
      size: Buffer.byteLength(text) + Buffer.byteLength(html ?? ''),
      sms: message.channel === 'sms' ? { segments, encoding, units, forced_by: forcedBy } : null,
    };
  }

  private headersOf({ edition, unsubscribeUrl }: Letter): Record<string, string> {
    const { name, address, domain } = edition.sender ?? parseSender(this.config.EMAIL_FROM);
    return {
      From: name ? `${name} <${address}>` : address,
      ...(edition.replyTo !== null && { 'Reply-To': edition.replyTo }),
      ...headerValues(edition, { name, address, domain }),
      ...(unsubscribeUrl !== null && unsubscribeHeaders(unsubscribeUrl)),
    };
  }
}
