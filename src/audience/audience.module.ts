import { Module } from '@nestjs/common';
import { AudienceService } from './audience.service.js';
import { AudienceUsesService } from './audience-uses.service.js';
import { BulkContactsService } from './bulk-contacts.service.js';
import { ConsentRetentionService } from './consent-retention.service.js';
import { ConsentService } from './consent.service.js';
import { ContactFactsService } from './contact-facts.service.js';
import { ContactLookupService } from './contact-lookup.service.js';
import { ContactSearchService } from './contact-search.service.js';
import { ContactUpserts } from './contact-upserts.js';
import { ContactWriting } from './contact-writing.js';
import { ContactsExportController } from './contacts-export.controller.js';
import { ContactsExportService } from './contacts-export.service.js';
import { ContactsController } from './contacts.controller.js';
import { ContactsService } from './contacts.service.js';
import { ImportsService } from './imports.service.js';
import { Importer } from './imports/importer.js';
import { ImportsController } from './imports/imports.controller.js';
import { SliceWriter } from './imports/slice-writer.js';
import { Uploader } from './imports/uploader.js';
import { PersonController } from './person.controller.js';
import { PersonService } from './person.service.js';
import { PersonalDataController } from './personal-data.controller.js';
import { PersonalDataService, PersonalDataSources } from './personal-data.service.js';
import { PushSubscriptionsController } from './push-subscriptions.controller.js';
import { PushSubscriptionsService } from './push-subscriptions.service.js';
import { SegmentRules } from './segment-rules.js';
import { SegmentSizes } from './segment-sizes.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsService } from './segments.service.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionsService } from './suppressions.service.js';
import { UnsubscriptionController } from './unsubscription.controller.js';
import { UnsubscriptionService } from './unsubscription.service.js';
import { VariableGapsService } from './variable-gaps.service.js';

/** Who: contacts, their consent, and the segments they belong to. */
@Module({
  controllers: [
    ContactsController,
    ContactsExportController,
    ImportsController,
    PersonController,
    PersonalDataController,
    PushSubscriptionsController,
    SegmentsController,
    SuppressionsController,
    UnsubscriptionController,
  ],
  providers: [
    AudienceService,
    AudienceUsesService,
    BulkContactsService,
    ConsentRetentionService,
    ConsentService,
    ContactFactsService,
    ContactLookupService,
    ContactSearchService,
    ContactsExportService,
    ContactsService,
    ContactUpserts,
    ContactWriting,
    Importer,
    ImportsService,
    PersonService,
    PersonalDataService,
    PersonalDataSources,
    PushSubscriptionsService,
    SegmentRules,
    SegmentSizes,
    SegmentsService,
    SliceWriter,
    SuppressionsService,
    UnsubscriptionService,
    VariableGapsService,
    Uploader,
  ],
  exports: [
    AudienceService,
    AudienceUsesService,
    BulkContactsService,
    ConsentRetentionService,
    ConsentService,
    ContactFactsService,
    ContactLookupService,
    ContactsService,
    ImportsService,
    PersonService,
    PersonalDataService,
    PushSubscriptionsService,
    SegmentsService,
    SuppressionsService,
    UnsubscriptionService,
    VariableGapsService,
  ],
})
export class AudienceModule {}
