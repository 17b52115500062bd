import { applyDecorators } from '@nestjs/common';
import { IsOptional, IsString, Matches, MaxLength, type ValidationArguments } from 'class-validator';
import { CampaignAudienceFields } from './campaign-audience.dto.js';

/** A web address, and no other scheme: what is opened by a click must not run in the name of somebody else. */
const WebAddress = () =>
  applyDecorators(
    IsOptional(),
    IsString(),
    MaxLength(1_000),
    Matches(/^https?:\/\/[^\s/?#@]+(?:[/?#][\x21-\x7e]*)?$/i, {
      message: ({ property }: ValidationArguments) => `${property} must be an https:// or http:// URL`,
    }),
  );

/** What a push message has beside its title (`subject`) and its text (`message`). */
export class CampaignPushFields extends CampaignAudienceFields {
  /**
   * What a click on the notification opens.
   * @example "https://example.org/news"
   */
  @WebAddress()
  url?: string | null;

  /**
   * The picture beside it.
   * @example "https://example.org/icon-192.png"
   */
  @WebAddress()
  icon?: string | null;
}
