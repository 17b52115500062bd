import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type PersonalDataKeeper, PersonalDataService } from '../audience/personal-data.service.js';
import { forgetWords, ledgerOfContact } from './contact-ledger.queries.js';

/** What the ledger knows of one person, over all runs. */
@Injectable()
export class ContactLedger implements PersonalDataKeeper, OnModuleInit {
  readonly name = 'deliveries';

  constructor(
    private readonly em: EntityManager,
    private readonly personal: PersonalDataService,
  ) {}

  onModuleInit(): void {
    this.personal.register(this);
  }

  /** Its outcome in each run, the newest first, with the tries that did not end in `sent`. */
  readonly tell = (contactId: number): Promise<object[]> => ledgerOfContact(this.em.getKysely(), contactId);

  /** Providers quote addresses in their answers, and number messages: those words go, codes and outcomes stay. */
  readonly forget = (contactId: number): Promise<void> => forgetWords(this.em.getKysely(), contactId);
}
