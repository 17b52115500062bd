import { Controller, Get, Headers, Query, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { downloadRows } from '../platform/download.js';
import { ApiDownload, ApiProblems } from '../platform/openapi.js';
import { ContactExportQuery } from './contacts-export.dto.js';
import { CONTACT_COLUMNS, ContactsExportService } from './contacts-export.service.js';

@ApiTags('Contacts')
@ApiBearerAuth()
@Controller('contacts')
export class ContactsExportController {
  constructor(private readonly contacts: ContactsExportService) {}

  /**
   * Downloads contacts as CSV or NDJSON, in the order they were made. The columns are always the same: attributes and push
   * subscriptions are one column of JSON each, segments have `;` between. The file imports again to the same contacts.
   */
  @Get('export')
  @RequireScope('read')
  @Audited('contact.exported', 'after')
  @ApiDownload('text/csv', 'application/x-ndjson')
  @ApiProblems(400)
  async export(
    @Query() query: ContactExportQuery,
    @Headers('accept') accept: string | undefined,
  ): Promise<StreamableFile> {
    return downloadRows(await this.contacts.pages(query.segment), CONTACT_COLUMNS, query, accept, 'contacts');
  }
}
