import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { CampaignAudienceService } from './campaign-audience.service.js';
import { CampaignLifecycleService } from './campaign-lifecycle.service.js';
import { CampaignProvidersService } from './campaign-providers.service.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsService } from './campaigns.service.js';
import { LinksService } from './links.service.js';
import { OpeningsService } from './openings.service.js';
import { RunRetentionService } from './run-retention.service.js';
import { RunsService } from './runs.service.js';

/** What to say, to whom, and when: campaigns and their runs. */
@Module({
  imports: [AudienceModule],
  controllers: [CampaignsController],
  providers: [
    CampaignsService,
    CampaignAudienceService,
    CampaignLifecycleService,
    CampaignProvidersService,
    LinksService,
    OpeningsService,
    RunRetentionService,
    RunsService,
  ],
  exports: [
    CampaignsService,
    CampaignAudienceService,
    CampaignLifecycleService,
    CampaignProvidersService,
    LinksService,
    OpeningsService,
    RunRetentionService,
    RunsService,
  ],
})
export class CampaignsModule {}
