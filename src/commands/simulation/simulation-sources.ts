import { Injectable } from '@nestjs/common';
import { CampaignAudienceService } from '../../campaigns/campaign-audience.service.js';
import { CampaignsService } from '../../campaigns/campaigns.service.js';
import { SendingLimitsService } from '../../delivery/sending-limits.service.js';

/** Who knows what is played: the campaign, whom it is for, what holds it back. */
@Injectable()
export class SimulationSources {
  constructor(
    readonly campaigns: CampaignsService,
    readonly audiences: CampaignAudienceService,
    readonly sending: SendingLimitsService,
  ) {}
}
