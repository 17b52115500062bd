import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsListener } from './analytics.listener.js';
import { AnalyticsService } from './analytics.service.js';
import { EngagementBrakes } from './engagement-brakes.js';

/** How it went. Nothing depends on it: without this module the engine still runs. */
@Module({
  imports: [CampaignsModule, DeliveryModule],
  controllers: [AnalyticsController],
  providers: [AnalyticsListener, AnalyticsService, EngagementBrakes],
  exports: [AnalyticsService],
})
export class AnalyticsModule {}
