import { PickType } from '@nestjs/swagger';
import { CreateCampaign } from './campaigns.dto.js';

/** What a campaign says, without anything of to whom and when. */
export class ContentFields extends PickType(CreateCampaign, [
  ...(['channel', 'subject', 'message', 'format', 'kind', 'footer'] as const),
  ...(['preheader', 'reply_to', 'sender', 'text', 'headers', 'url', 'icon', 'tracking', 'attachments'] as const),
] as const) {}
