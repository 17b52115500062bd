import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { DoctorService } from './doctor/doctor.service.js';
import { DomainRecords } from './doctor/domain-records.js';
import { SeedController } from './seed.controller.js';
import { SeedService } from './seed.service.js';
import { SimulationController } from './simulation/simulation.controller.js';
import { SimulationService } from './simulation/simulation.service.js';
import { VerifyEngine, VerifyService } from './verify.service.js';

/** What an operator does from a terminal; seeding and simulating also over HTTP. */
@Module({
  imports: [AudienceModule, CampaignsModule, DeliveryModule, SchedulerModule],
  controllers: [SeedController, SimulationController],
  providers: [DomainRecords, DoctorService, SeedService, SimulationService, VerifyEngine, VerifyService],
  exports: [DoctorService, SeedService, SimulationService, VerifyService],
})
export class CommandsModule {}
