import { Module } from '@nestjs/common';
import { AudienceService } from './audience.service.js';
import { ContactWriting } from './contact-writing.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsService } from './segments.service.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionsService } from './suppressions.service.js';

/** Who: contacts, their consent, and the segments they belong to. */
@Module({
  controllers: [ContactsController, SegmentsController, SuppressionsController],
  providers: [AudienceService, ContactsService, ContactWriting, SegmentsService, SuppressionsService],
  exports: [AudienceService, ContactsService, SegmentsService, SuppressionsService],
})
export class AudienceModule {}
