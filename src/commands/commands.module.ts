import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AudienceModule } from '../audience/audience.module.js';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { SchedulerModule } from '../scheduler/scheduler.module.js';
import { AsCodeService } from './as-code/as-code.service.js';
import { StoredCodeService } from './as-code/stored-code.service.js';
import { ThingChecks } from './as-code/thing-checks.js';
import { ThingWriter } from './as-code/thing-writer.js';
import { DoctorService } from './doctor/doctor.service.js';
import { DomainRecords } from './doctor/domain-records.js';
import { SeedController } from './seed.controller.js';
import { SeedService } from './seed.service.js';
import { SimulationController } from './simulation/simulation.controller.js';
import { SimulationSources } from './simulation/simulation-sources.js';
import { SimulationService } from './simulation/simulation.service.js';
import { VerifyEngine, VerifyService } from './verify.service.js';

/** What an operator does from a terminal; seeding and simulating also over HTTP. */
@Module({
  imports: [AccessModule, AudienceModule, CampaignsModule, DeliveryModule, SchedulerModule],
  controllers: [SeedController, SimulationController],
  providers: [
    ...[AsCodeService, StoredCodeService, ThingChecks, ThingWriter],
    ...[DomainRecords, DoctorService, SeedService],
    ...[SimulationSources, SimulationService, VerifyEngine, VerifyService],
  ],
  exports: [AsCodeService, StoredCodeService, DoctorService, SeedService, SimulationService, VerifyService],
})
export class CommandsModule {}
