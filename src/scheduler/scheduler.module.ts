import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { InboundModule } from '../inbound/inbound.module.js';
import { Dispatcher } from './dispatcher.js';
import { Heartbeat } from './heartbeat.js';
import { SchedulerService } from './scheduler.service.js';
import { Sweeper } from './sweeper.js';

/** The clock: the only module that knows the whole flow. */
@Module({
  imports: [AudienceModule, CampaignsModule, DeliveryModule, InboundModule],
  providers: [Dispatcher, Heartbeat, SchedulerService, Sweeper],
  exports: [SchedulerService],
})
export class SchedulerModule {}
