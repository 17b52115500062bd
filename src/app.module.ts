import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AccessModule } from './access/access.module.js';
import { AnalyticsModule } from './analytics/analytics.module.js';
import { AudienceModule } from './audience/audience.module.js';
import { CampaignsModule } from './campaigns/campaigns.module.js';
import { CommandsModule } from './commands/commands.module.js';
import { DashboardModule } from './dashboard/dashboard.module.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { InboundModule } from './inbound/inbound.module.js';
import { OperationsModule } from './operations/operations.module.js';
import type { Config } from './platform/config.js';
import { PlatformModule } from './platform/platform.module.js';
import { writeProcessName } from './platform/process-name.js';
import { SchedulerModule } from './scheduler/scheduler.module.js';
import { schema } from './schema.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** How a process runs: `intervals: false` leaves the engine to whoever calls `SchedulerService.tick`. */
export interface AppOptions {
  config: Config;
  configModule: DynamicModule;
  databaseUrl: string;
  intervals: boolean;
}

/** The table of contents, in the order of the flow. */
@Module({})
export class AppModule {
  static forRoot({ config, configModule, databaseUrl, intervals }: AppOptions): DynamicModule {
    // What a command does besides, nobody who watches the engine has to know.
    const connectionName = writeProcessName(intervals ? config.ROLES : []);
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(config, configModule, databaseUrl, { ...schema, connectionName }),
        ScheduleModule.forRoot({ intervals, cronJobs: false, timeouts: false }),
        AccessModule,
        AudienceModule,
        CampaignsModule,
        DeliveryModule,
        InboundModule,
        SchedulerModule,
        AnalyticsModule,
        WebhooksModule,
        DashboardModule,
        OperationsModule,
        CommandsModule,
      ],
    };
  }
}
