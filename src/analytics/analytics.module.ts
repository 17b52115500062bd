import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsListener } from './analytics.listener.js';
import { AnalyticsService } from './analytics.service.js';
import { CampaignReachService } from './campaign-reach.service.js';
import { ClickTargets } from './click-targets.js';
import { ContactEngagement } from './contact-engagement.js';
import { ContactHits } from './contact-hits.js';
import { ForecastController } from './forecast.controller.js';
import { ForecastService } from './forecast.service.js';
import { EngagementFacts } from './engagement-facts.js';
import { EngagementBrakes } from './engagement-brakes.js';
import { HitBuffer } from './hit-buffer.js';
import { HitKeeper } from './hit-keeper.js';
import { LinkReportService } from './link-report.service.js';
import { LinksController } from './links.controller.js';
import { TrackingRoutes } from './tracking-routes.js';

/** How it went, and what to expect. Nothing depends on it: without this module the engine still runs. */
@Module({
  imports: [AudienceModule, CampaignsModule, DeliveryModule],
  controllers: [AnalyticsController, ForecastController, LinksController],
  providers: [
    AnalyticsListener,
    AnalyticsService,
    CampaignReachService,
    ClickTargets,
    ContactEngagement,
    ContactHits,
    EngagementBrakes,
    EngagementFacts,
    ForecastService,
    HitBuffer,
    HitKeeper,
    LinkReportService,
    TrackingRoutes,
  ],
  exports: [AnalyticsService],
})
export class AnalyticsModule {}
