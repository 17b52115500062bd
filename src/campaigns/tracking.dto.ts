import { Type } from 'class-transformer';
import { IsBoolean, IsObject, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';

const visible = {
  message: 'a utm value must have a visible character, no control characters and no Liquid: it is sent as it is',
};
const VALUE = /^(?=.*\S)(?!.*\{[{%])\P{Cc}*$/u;

/** What is added to the address of a link when somebody follows it, unless it is there already. */
export class UtmFields {
  /**
   * `utm_source`.
   * @example "newsletter"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(VALUE, visible)
  source?: string | null;

  /**
   * `utm_medium`.
   * @example "email"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(VALUE, visible)
  medium?: string | null;

  /**
   * `utm_campaign`.
   * @example "winter"
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(VALUE, visible)
  campaign?: string | null;

  /** `utm_content`. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Matches(VALUE, visible)
  content?: string | null;
}

/** What is counted of what recipients do with a message. */
export class TrackingFields {
  /** Whether an email in HTML has a pixel that tells when it is opened; true unless given. */
  @IsOptional()
  @IsBoolean()
  opens?: boolean | null;

  /**
   * Whether links lead through this installation, which counts them. Unless given true for an email in HTML and false for
   * text and SMS, whose links become longer by it. Of a text its addresses are meant, of HTML the `href` of its links.
   */
  @IsOptional()
  @IsBoolean()
  clicks?: boolean | null;

  /** Added to the addresses that counted links lead to. */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => UtmFields)
  utm?: UtmFields | null;
}

/** What is counted of a campaign's messages. */
export class TrackingResponse {
  opens: boolean;
  clicks: boolean;
  /** Added to the addresses that counted links lead to. */
  utm: UtmFields | null;
}
