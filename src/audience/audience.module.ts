import { Module } from '@nestjs/common';
import { AudienceService } from './audience.service.js';
import { ConsentRetentionService } from './consent-retention.service.js';
import { ConsentService } from './consent.service.js';
import { ContactWriting } from './contact-writing.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { PersonController } from './person.controller.js';
import { PersonService } from './person.service.js';
import { PersonalDataController } from './personal-data.controller.js';
import { PersonalDataService, PersonalDataSources } from './personal-data.service.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsService } from './segments.service.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionsService } from './suppressions.service.js';

/** Who: contacts, their consent, and the segments they belong to. */
@Module({
  controllers: [
    ContactsController,
    PersonController,
    PersonalDataController,
    SegmentsController,
    SuppressionsController,
  ],
  providers: [
    AudienceService,
    ConsentRetentionService,
    ConsentService,
    ContactsService,
    ContactWriting,
    PersonService,
    PersonalDataService,
    PersonalDataSources,
    SegmentsService,
    SuppressionsService,
  ],
  exports: [
    AudienceService,
    ConsentRetentionService,
    ConsentService,
    ContactsService,
    PersonService,
    PersonalDataService,
    SegmentsService,
    SuppressionsService,
  ],
})
export class AudienceModule {}
