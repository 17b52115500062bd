import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { MESSAGE_KINDS, type MessageKind } from '../audience/domain/recipient.js';
import { FOOTERS, type FooterPolicy } from './domain/email-message.js';
import { CampaignPushFields } from './push-message.dto.js';
import { TrackingFields } from './tracking.dto.js';

/** Who an email is from. */
export class SenderFields {
  /** @example "Example News" */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(/^\P{Cc}*$/u, { message: 'sender.name must not contain control characters' })
  name?: string | null;

  /**
   * In the domain of EMAIL_FROM, or allowed by EMAIL_SENDERS.
   * @example "news@example.org"
   */
  @IsString()
  @MaxLength(254)
  email: string;
}

/** What a message has beside its subject and its text. All of these but `kind` and `tracking` are for email. */
export class CampaignMessageFields extends CampaignPushFields {
  /**
   * `marketing` unless given. A `transactional` message (an order, a password) also goes to who unsubscribed or has not
   * confirmed, never to an address that bounced, complained or was suppressed by hand, and needs no way out.
   */
  @IsOptional()
  @IsIn(MESSAGE_KINDS)
  kind?: MessageKind;

  /**
   * A marketing email has `{{ unsubscribe_url }}` and `{{ postal_address }}`: `auto` (unless given) adds below the message
   * what it lacks of them; with `none` a message that lacks them is refused when it is to be sent.
   */
  @IsOptional()
  @IsIn(FOOTERS)
  footer?: FooterPolicy;

  /**
   * What mail programs show beside the subject; a Liquid template, for format `html`.
   * @example "Three things worth knowing this week"
   */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  preheader?: string | null;

  /**
   * Where answers go; to the sender unless given.
   * @example "hello@example.org"
   */
  @IsOptional()
  @IsString()
  @MaxLength(254)
  reply_to?: string | null;

  /** EMAIL_FROM unless given. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SenderFields)
  sender?: SenderFields | null;

  /** The message for those who read text, with format `html`; a Liquid template. Made from the message unless given. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500_000)
  text?: string | null;

  /**
   * Further headers, at most 30, by name. Those that the engine writes are refused.
   * @example { "X-Campaign-Owner": "growth" }
   */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, nullable: true })
  @IsOptional()
  @IsObject()
  headers?: Record<string, string> | null;

  /** What is counted of what recipients do with the message. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => TrackingFields)
  tracking?: TrackingFields | null;

  /** Not supported: anything but none is refused with `ATTACHMENTS_NOT_SUPPORTED`. Link to a file instead. */
  @IsOptional()
  @IsArray()
  attachments?: object[] | null;
}
