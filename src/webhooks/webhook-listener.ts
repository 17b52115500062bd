import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { Events, type Facts, OnFact } from '../platform/events.js';
import { isListenedTo, tellCompleted, tellFailed, tellUnsubscribed } from './webhook-facts.queries.js';

/** Keeps what endpoints are to be told, in the transaction of whoever states it. */
@Injectable()
export class WebhookListener {
  constructor(
    private readonly em: EntityManager,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Looks whether anybody listens to what costs something to state; until the first look it is stated. */
  async follow(): Promise<void> {
    this.events.want('deliveries.failed', await isListenedTo(this.em.fork().getKysely(), 'delivery.failed'));
  }

  @OnFact('run.completed')
  async keepCompleted({ runId }: Facts['run.completed']): Promise<void> {
    await tellCompleted(this.em.getKysely(), this.clock.sql(), runId);
  }

  @OnFact('deliveries.failed')
  async keepFailed({ deliveries }: Facts['deliveries.failed']): Promise<void> {
    await tellFailed(this.em.getKysely(), this.clock.sql(), deliveries);
  }

  @OnFact('consent.withdrawn')
  async keepUnsubscribed({ optOuts }: Facts['consent.withdrawn']): Promise<void> {
    await tellUnsubscribed(this.em.getKysely(), this.clock.sql(), optOuts);
  }
}
