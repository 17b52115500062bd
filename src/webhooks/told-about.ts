import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type PersonalDataKeeper, PersonalDataService } from '../audience/personal-data.service.js';
import { toldAbout } from './told-about.queries.js';

/** What endpoints of others were and are to be told about one person. */
@Injectable()
export class ToldAbout implements PersonalDataKeeper, OnModuleInit {
  readonly name = 'webhook_deliveries';

  constructor(
    private readonly em: EntityManager,
    private readonly personal: PersonalDataService,
  ) {}

  onModuleInit(): void {
    this.personal.register(this);
  }

  readonly tell = (contactId: number): Promise<object[]> => toldAbout(this.em.getKysely(), contactId);

  /** What is kept are reasons by an id that means nobody any more. */
  readonly forget = (): Promise<void> => Promise.resolve();
}
