import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { CalendarController } from './calendar.controller.js';
import { CalendarService } from './calendar.service.js';
import { CampaignAudienceService } from './campaign-audience.service.js';
import { CampaignContentService } from './campaign-content.service.js';
import { CampaignLifecycleService } from './campaign-lifecycle.service.js';
import { CampaignProvidersService } from './campaign-providers.service.js';
import { CampaignRequestsService } from './campaign-requests.service.js';
import { CampaignVersionsController } from './campaign-versions.controller.js';
import { CampaignVersionsService } from './campaign-versions.service.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsService } from './campaigns.service.js';
import { LinksService } from './links.service.js';
import { MissingVariablesController } from './missing-variables.controller.js';
import { MissingVariablesService } from './missing-variables.service.js';
import { OpeningsService } from './openings.service.js';
import { PlannedRunsService } from './planned-runs.service.js';
import { RunRetentionService } from './run-retention.service.js';
import { RunDecisionsService } from './run-decisions.service.js';
import { RunsService } from './runs.service.js';

/** What to say, to whom, and when: campaigns and their runs. */
@Module({
  imports: [AudienceModule],
  controllers: [CalendarController, CampaignsController, CampaignVersionsController, MissingVariablesController],
  providers: [
    CalendarService,
    CampaignsService,
    CampaignAudienceService,
    CampaignContentService,
    CampaignLifecycleService,
    CampaignProvidersService,
    CampaignRequestsService,
    LinksService,
    CampaignVersionsService,
    MissingVariablesService,
    OpeningsService,
    RunDecisionsService,
    PlannedRunsService,
    RunRetentionService,
    RunsService,
  ],
  exports: [
    CampaignsService,
    CampaignAudienceService,
    CampaignContentService,
    CampaignLifecycleService,
    CampaignProvidersService,
    CampaignRequestsService,
    LinksService,
    OpeningsService,
    RunDecisionsService,
    PlannedRunsService,
    RunRetentionService,
    RunsService,
  ],
})
export class CampaignsModule {}
