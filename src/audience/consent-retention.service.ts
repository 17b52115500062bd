import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { forgetDeparted } from './departure.queries.js';

/** Forgets the consent history of contacts that were deleted longer ago than CONSENT_RETENTION_DAYS. */
@Injectable()
export class ConsentRetentionService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** A thousand contacts a transaction, until there is none left. */
  async forget(): Promise<void> {
    const days = this.config.CONSENT_RETENTION_DAYS;
    if (days === 0) return;
    const before = sql<Date>`${this.clock.sql()} - ${days} * interval '1 day'`;
    while ((await this.em.transactional((em) => forgetDeparted(em.getKysely(), before))) > 0);
  }
}
