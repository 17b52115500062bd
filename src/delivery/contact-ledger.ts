import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type PersonalDataKeeper, PersonalDataService } from '../audience/personal-data.service.js';
import { forgetWords, ledgerOfContact } from './contact-ledger.queries.js';
import { variantFor } from './variant-group.queries.js';

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

  /** Its outcome in each run, the newest first, with the variant it was for and the tries that did not end in `sent`. */
  readonly tell = async (contactId: number): Promise<object[]> => {
    const db = this.em.getKysely();
    const told: object[] = [];
    for (const { varied, ...delivery } of await ledgerOfContact(db, contactId))
      told.push({ ...delivery, variant: varied ? await variantFor(db, delivery.run_id, contactId) : null });
    return told;
  };

  /** Providers quote addresses in their answers, and number messages: those words go, codes and outcomes stay. */
  readonly forget = (contactId: number): Promise<void> => forgetWords(this.em.getKysely(), contactId);
}
