import { IntersectionType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { ContactChoice, ContactSketch } from '../audience/contact-lookup.dto.js';
import type { Channel } from '../audience/domain/channel.js';
import { ContentFields } from '../campaigns/campaign-content.dto.js';

/** For whom a message is previewed: at most one of these; without any, for somebody of whom nothing is known. */
export class PreviewCampaign extends ContactChoice {
  /**
   * Somebody who need not exist.
   * @example { "first_name": "Ada", "attributes": { "plan": "pro" } }
   */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ContactSketch)
  contact?: ContactSketch;
}

/** Which of a campaign's messages is previewed, and for whom. */
export class PreviewVariant extends PreviewCampaign {
  /**
   * The name of a variant; the campaign's own message unless given.
   * @example "B"
   */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  variant?: string;
}

/** Which of a campaign's messages is shown as a page, and for whom. */
export class PreviewPage extends IntersectionType(ContactChoice, PickType(PreviewVariant, ['variant'] as const)) {}

/** A message that is not saved, and for whom it is previewed. */
export class PreviewContent extends IntersectionType(ContentFields, PreviewCampaign) {}

/** How a text travels as an SMS. */
export class PreviewSms {
  /** @example 1 */
  segments: number;
  encoding: 'gsm7' | 'ucs2';
  /** Septets of GSM-7, or 16-bit units of UCS-2. */
  units: number;
  /**
   * The first character outside of GSM-7, which makes the whole text dearer; null for none.
   * @example null
   */
  forced_by: string | null;
}

/** A message as one contact would get it. */
export class MessagePreviewResponse {
  /** Null for somebody who was given by fields, or not at all. */
  contact_id: number | null;
  channel: Channel;
  /** @example "Good morning, Ada" */
  subject: string | null;
  preheader: string | null;
  /** The body in HTML; null for a text. Its links for unsubscribing and preferences lead to nobody. Show it only sandboxed. */
  html: string | null;
  /**
   * The body as text: of an email in HTML the one that goes along with it. In an SMS whose clicks are counted, links are as long
   * as they are sent, and lead nowhere.
   */
  text: string;
  /**
   * What an email says about itself, beside what is new in every message.
   * @example { "From": "Example News <news@example.org>" }
   */
  headers: Record<string, string>;
  /**
   * Variables that the message prints without a default, and that this contact leaves empty.
   * @example ["attributes.city"]
   */
  missing_variables: string[];
  /**
   * Links of which no click is counted although the message's are: a variable decides where they lead.
   * @example ["{{ attributes.url }}"]
   */
  uncounted_links: string[];
  /** Bytes of the bodies in UTF-8, as they are before they are encoded for the way. Gmail cuts HTML off at 102 kB. */
  size: number;
  /** Of an SMS. */
  sms: PreviewSms | null;
}
