import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { InboundDialects } from './dialects.js';
import { InboundController } from './inbound.controller.js';
import { InboundService } from './inbound.service.js';
import { MailController } from './mail.controller.js';
import { MailService } from './mail.service.js';
import { RepliesService } from './replies.service.js';
import { ReportListService } from './report-list.service.js';
import { ReportsController } from './reports.controller.js';
import { ReportsService } from './reports.service.js';
import { SnsClient } from './sns-client.js';
import { SoftBounces } from './soft-bounces.js';

/** What comes back: what providers report about messages, and what people answer. */
@Module({
  imports: [AudienceModule, CampaignsModule, DeliveryModule],
  controllers: [InboundController, MailController, ReportsController],
  providers: [
    InboundDialects,
    InboundService,
    MailService,
    RepliesService,
    ReportListService,
    ReportsService,
    SnsClient,
    SoftBounces,
  ],
  exports: [InboundService],
})
export class InboundModule {}
