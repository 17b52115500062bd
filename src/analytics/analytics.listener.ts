import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { type Facts, OnFact } from '../platform/events.js';
import { addToMinute } from './analytics.queries.js';

/** Feeds the timelines from facts, in the transaction of whoever states them. */
@Injectable()
export class AnalyticsListener {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  @OnFact('batch.recorded')
  async countMinute(fact: Facts['batch.recorded']): Promise<void> {
    await addToMinute(this.em.getKysely(), fact, this.clock.now());
  }
}
