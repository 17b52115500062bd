import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Audited } from '../access/audited.decorator.js';
import { RequireScope } from '../access/scope.decorator.js';
import { Id } from '../platform/id.pipe.js';
import { ApiProblems } from '../platform/openapi.js';
import { PageQuery } from '../platform/page.dto.js';
import { WithoutBody } from '../platform/without-body.js';
import { ChannelConsent, ConsentChangeResponse } from './consent.dto.js';
import { ConsentService } from './consent.service.js';
import { ContactsService } from './contacts.service.js';
import { ContactExport, ContactLinks, ErasureResponse } from './personal-data.dto.js';
import { PersonService } from './person.service.js';
import { PersonalDataService } from './personal-data.service.js';
import { PushSubscriptionsService } from './push-subscriptions.service.js';

@ApiTags('Contacts')
@ApiBearerAuth()
@Controller('contacts/:id')
export class PersonalDataController {
  constructor(
    private readonly personal: PersonalDataService,
    private readonly consents: ConsentService,
    private readonly person: PersonService,
    private readonly subscriptions: PushSubscriptionsService,
    private readonly contacts: ContactsService,
  ) {}

  /** Shows where a contact stands on each channel, since when, and who said so. */
  @Get('consent')
  @RequireScope('read')
  @ApiProblems(404)
  consent(@Param('id', Id) id: number): Promise<ChannelConsent[]> {
    return this.consents.of(id);
  }

  /** Lists everything that was said about a contact's consent, the newest first. */
  @Get('consent/history')
  @RequireScope('read')
  @ApiProblems(400, 404)
  history(@Param('id', Id) id: number, @Query() query: PageQuery): Promise<ConsentChangeResponse[]> {
    return this.consents.history(id, query);
  }

  /**
   * The links by which a contact acts for itself. For administrators, and recorded: whoever has one can speak as the person, and
   * bring back who opted out. Campaigns put them into their messages by themselves (`{{ preferences_url }}`).
   */
  @Get('links')
  @RequireScope('admin')
  @Audited('contact.links_read', 'after')
  @ApiProblems(404)
  async links(@Param('id', Id) id: number): Promise<ContactLinks> {
    const contact = await this.contacts.get(id);
    const push_subscribe_url = this.subscriptions.urlFor(contact.id);
    return { preferences_url: this.person.preferencesUrl(contact.id), push_subscribe_url };
  }

  /**
   * Everything that is kept about a contact, for the person to have. Of one that was deleted there is none: what is left is
   * under an id that leads to no person any more, so that nobody could say whose it is; erasing it takes that as well.
   */
  @Get('export')
  @RequireScope('read')
  @Audited('contact.exported', 'after')
  @ApiProblems(404)
  export(@Param('id', Id) id: number): Promise<ContactExport> {
    return this.personal.export(id);
  }

  /**
   * Erases a contact: everything about the person goes, running runs leave it out from their next window on, and its addresses
   * stay suppressed as HMACs. Imports uploaded before refuse its rows; one uploaded afterwards, which is a new word on the person,
   * makes a contact again that is suppressed on every channel. A contact that was deleted is erased as well, by the addresses it
   * had then; addresses it had given up earlier are not known any more. Counts and outcomes remain under its id. It cannot be
   * undone; again, it changes nothing.
   */
  @Post('erase')
  @HttpCode(200)
  @RequireScope('admin')
  @Audited('contact.erased')
  @WithoutBody()
  @ApiProblems(404)
  erase(@Param('id', Id) id: number): Promise<ErasureResponse> {
    return this.personal.erase(id);
  }
}
