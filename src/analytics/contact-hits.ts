import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type PersonalDataKeeper, PersonalDataService } from '../audience/personal-data.service.js';
import { hitsOfContact, wipeHits } from './contact-hits.queries.js';

/** From where, and with what, one person opened messages and followed links. */
@Injectable()
export class ContactHits implements PersonalDataKeeper, OnModuleInit {
  readonly name = 'hits';

  constructor(
    private readonly em: EntityManager,
    private readonly personal: PersonalDataService,
  ) {}

  onModuleInit(): void {
    this.personal.register(this);
  }

  readonly tell = (contactId: number): Promise<object[]> => hitsOfContact(this.em.getKysely(), contactId);

  readonly forget = (contactId: number): Promise<void> => wipeHits(this.em.getKysely(), contactId);
}
