import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { forgetDeparted } from './departure.queries.js';
import { forgetRejections } from './imports/imports.queries.js';

/** How long the refused rows of an import can be looked at, from its end. */
const REJECTION_DAYS = 30;

/**
 * Forgets what tells about people when its time is over: the consent history of contacts that were deleted longer ago than
 * CONSENT_RETENTION_DAYS, and the refused rows of imports that ended a month ago.
 */
@Injectable()
export class ConsentRetentionService {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Of contacts a thousand a transaction, until there is none left. */
  async forget(): Promise<void> {
    await forgetRejections(this.em.getKysely(), this.daysAgo(REJECTION_DAYS));
    const days = this.config.CONSENT_RETENTION_DAYS;
    if (days === 0) return;
    const before = this.daysAgo(days);
    while ((await this.em.transactional((em) => forgetDeparted(em.getKysely(), before))) > 0);
  }

  private daysAgo(days: number): RawBuilder<Date> {
    return sql<Date>`${this.clock.sql()} - ${days} * interval '1 day'`;
  }
}
