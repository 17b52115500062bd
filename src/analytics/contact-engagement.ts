import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type PersonalDataKeeper, PersonalDataService } from '../audience/personal-data.service.js';
import { engagementOfContact } from './contact-engagement.queries.js';

/** What one person did with messages. */
@Injectable()
export class ContactEngagement implements PersonalDataKeeper, OnModuleInit {
  readonly name = 'engagement';

  constructor(
    private readonly em: EntityManager,
    private readonly personal: PersonalDataService,
  ) {}

  onModuleInit(): void {
    this.personal.register(this);
  }

  readonly tell = (contactId: number): Promise<object[]> => engagementOfContact(this.em.getKysely(), contactId);

  /** What is kept are counts by an id that means nobody any more. */
  readonly forget = (): Promise<void> => Promise.resolve();
}
