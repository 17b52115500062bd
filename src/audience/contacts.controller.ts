import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Audited } from '../access/audited.decorator.js';
import { Caller } from '../access/caller.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { Idempotent } from '../platform/idempotency.js';
import { ApiProblems } from '../platform/openapi.js';
import { IfMatch } from '../platform/version.js';
import {
  BulkContacts,
  BulkResult,
  ContactQuery,
  ContactResponse,
  CreateContact,
  UpdateContact,
  UpsertQuery,
} from './contacts.dto.js';
import { BulkContactsService } from './bulk-contacts.service.js';
import { ContactSearchService } from './contact-search.service.js';
import { ContactsService } from './contacts.service.js';

/** Consent that is given or taken back stands in the audit log; the rest of a contact comes and goes by the thousand. */
const givesConsent = ({ body }: FastifyRequest): boolean => Object.hasOwn((body ?? {}) as object, 'consent');

@ApiTags('Contacts')
@ApiBearerAuth()
@Controller('contacts')
export class ContactsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly many: BulkContactsService,
    private readonly search: ContactSearchService,
  ) {}

  /** Creates a contact. */
  @Post()
  @RequireScope('write')
  @Audited('contact.created', 'with', { only: givesConsent })
  @Idempotent()
  @ApiProblems(400, 409)
  create(@Body() input: CreateContact, @Caller() caller: string): Promise<ContactResponse> {
    return this.contacts.create(input, caller);
  }

  /**
   * Creates a contact (201), or changes the given fields of the one that is known by its external_id, email or phone (200):
   * the first of them that is given, or the one that `by` names. One whose external_id is new is given to the contact that has
   * its email, or else its phone, unless that has an external_id already.
   */
  @Put()
  @RequireScope('write')
  @Audited('contact.put', 'with', { only: givesConsent })
  @ApiCreatedResponse({ type: ContactResponse })
  @ApiProblems(400, 409)
  async put(
    @Body() input: CreateContact,
    @Query() { by }: UpsertQuery,
    @Caller() caller: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContactResponse> {
    const { contact, created } = await this.contacts.put(input, by, caller);
    reply.status(created ? 201 : 200);
    return contact;
  }

  /**
   * Creates or updates up to 10,000 contacts: all of them, or none when one is wrong. What one of them gives up, such as its
   * email, another may be given; what is another contact's is answered with its place (CONTACT_EXISTS).
   */
  @Post('bulk')
  @HttpCode(200)
  @RequireScope('write')
  @Audited('contact.bulk_put')
  @Idempotent()
  @ApiProblems(400, 409, 413)
  bulk(@Body() input: BulkContacts, @Caller() caller: string): Promise<BulkResult> {
    return this.many.write(input.contacts, caller);
  }

  /** Lists contacts in the order they were made. A search that takes longer than some seconds is too wide: SEARCH_TOO_WIDE. */
  @Get()
  @RequireScope('read')
  @ApiProblems(400)
  list(@Query() query: ContactQuery): Promise<ContactResponse[]> {
    return this.search.list(query);
  }

  /** Shows a contact. */
  @Get(':id')
  @RequireScope('read')
  @ApiProblems(404)
  get(@Param('id', Id) id: number): Promise<ContactResponse> {
    return this.contacts.get(id);
  }

  /** Changes the given fields of a contact; `If-Match` guards against overwriting somebody else's change. */
  @Patch(':id')
  @RequireScope('write')
  @Audited('contact.updated')
  @ApiProblems(400, 404, 409, 412)
  update(
    @Param('id', Id) id: number,
    @Body() input: UpdateContact,
    @IfMatch() version: number | null,
    @Caller() caller: string,
  ): Promise<ContactResponse> {
    return this.contacts.update(id, input, version, caller);
  }

  /** Deletes a contact; running runs leave it out from their next window on. */
  @Delete(':id')
  @HttpCode(204)
  @RequireScope('write')
  @Audited('contact.deleted')
  @ApiProblems(404)
  delete(@Param('id', Id) id: number): Promise<void> {
    return this.contacts.delete(id);
  }
}
