import { Module } from '@nestjs/common';
import { AudienceService } from './audience.service.js';
import { ContactFactsService } from './contact-facts.service.js';
import { ContactsExportController } from './contacts-export.controller.js';
import { ContactsExportService } from './contacts-export.service.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { ImportsService } from './imports.service.js';
import { Importer } from './imports/importer.js';
import { ImportsController } from './imports/imports.controller.js';
import { SliceWriter } from './imports/slice-writer.js';
import { Uploader } from './imports/uploader.js';
import { SegmentRules } from './segment-rules.js';
import { SegmentSizes } from './segment-sizes.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsService } from './segments.service.js';

/** Who: contacts, their consent, and the segments they belong to. */
@Module({
  controllers: [ContactsController, ContactsExportController, ImportsController, SegmentsController],
  providers: [
    AudienceService,
    ContactFactsService,
    ContactsExportService,
    ContactsService,
    Importer,
    ImportsService,
    SegmentRules,
    SegmentSizes,
    SegmentsService,
    SliceWriter,
    Uploader,
  ],
  exports: [AudienceService, ContactFactsService, ContactsService, ImportsService, SegmentsService],
})
export class AudienceModule {}
