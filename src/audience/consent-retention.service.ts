import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Config } from '../platform/config.js';
import { forgetDeparted } from './departure.queries.js';
import { forgetRejections } from './imports/rejections.queries.js';
import { forgetAsks } from './opt-in.queries.js';
import { PersonalDataService } from './personal-data.service.js';

/**
 * Forgets what tells about people when its time is over: the consent history of contacts that were deleted longer ago than
 * CONSENT_RETENTION_DAYS, the refused rows of imports that ended longer ago than REJECTION_RETENTION_DAYS, who was asked to
 * confirm an hour ago, and what came while somebody was being erased.
 */
@Injectable()
export class ConsentRetentionService {
  constructor(
    private readonly em: EntityManager,
    private readonly personal: PersonalDataService,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Of contacts a thousand a transaction, until there is none left. */
  async forget(): Promise<void> {
    await this.personal.revisit();
    await forgetAsks(this.em.getKysely(), this.clock.sql());
    const { REJECTION_RETENTION_DAYS: rejections, CONSENT_RETENTION_DAYS: days } = this.config;
    if (rejections > 0) await forgetRejections(this.em.getKysely(), this.clock.daysAgo(rejections));
    if (days === 0) return;
    const before = this.clock.daysAgo(days);
    while ((await this.em.transactional((em) => forgetDeparted(em.getKysely(), before))) > 0);
  }
}
