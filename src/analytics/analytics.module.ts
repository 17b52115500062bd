import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { AnalysisController } from './analysis.controller.js';
import { AnalysisReports, AnalysisService } from './analysis.service.js';
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
import { RunVariantsService } from './run-variants.service.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';
import { ClicksController } from './clicks.controller.js';
import { ClicksService } from './clicks.service.js';
import { CohortController } from './cohort.controller.js';
import { CohortService } from './cohort.service.js';
import { ComparisonController } from './comparison.controller.js';
import { FailuresController } from './failures.controller.js';
import { FailuresService } from './failures.service.js';
import { RelayNetworks } from './relay-networks.js';
import { ReportSubjects } from './report-subjects.js';
import { TimelineController } from './timeline.controller.js';
import { TimelineService } from './timeline.service.js';
import { TrackingRequests } from './tracking-requests.js';
import { TrackingRoutes } from './tracking-routes.js';
import { VariantsController } from './variants.controller.js';

/** How it went, and what to expect. Nothing depends on it: without this module the engine still runs. */
@Module({
  imports: [AudienceModule, CampaignsModule, DeliveryModule],
  controllers: [
    // Before the one that shows a campaign: its path would be taken for an id.
    ComparisonController,
    AnalysisController,
    AnalyticsController,
    ClicksController,
    CohortController,
    FailuresController,
    ForecastController,
    LinksController,
    OverviewController,
    TimelineController,
    VariantsController,
  ],
  providers: [
    AnalysisReports,
    AnalysisService,
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
    RunVariantsService,
    OverviewService,
    ClicksService,
    CohortService,
    FailuresService,
    RelayNetworks,
    ReportSubjects,
    TimelineService,
    TrackingRequests,
    TrackingRoutes,
  ],
  exports: [AnalyticsService],
})
export class AnalyticsModule {}
