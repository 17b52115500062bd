import { Module } from '@nestjs/common';
import { AudienceService } from './audience.service.js';
import { ContactFactsService } from './contact-facts.service.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { SegmentRules } from './segment-rules.js';
import { SegmentSizes } from './segment-sizes.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsService } from './segments.service.js';

/** Who: contacts, their consent, and the segments they belong to. */
@Module({
  controllers: [ContactsController, SegmentsController],
  providers: [AudienceService, ContactFactsService, ContactsService, SegmentRules, SegmentSizes, SegmentsService],
  exports: [AudienceService, ContactFactsService, ContactsService, SegmentsService],
})
export class AudienceModule {}
