import { defineEntity, p } from '@mikro-orm/core';
import { type ToldEvent, WEBHOOK_STATES, type WebhookState } from './domain/webhook-event.js';

const WebhookDeliverySchema = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  uniques: [{ name: 'webhook_delivery_event_unique', properties: ['webhookId', 'eventId'] }],
  indexes: [
    {
      name: 'webhook_delivery_due_index',
      properties: ['webhookId', 'dueAt'],
      where: `state in ('pending', 'sending')`,
    },
    { name: 'webhook_delivery_list_index', properties: ['webhookId', 'id'] },
    { name: 'webhook_delivery_created_index', properties: ['createdAt'] },
  ],
  checks: [
    {
      name: 'webhook_delivery_state_known',
      expression: `state in (${WEBHOOK_STATES.map((state) => `'${state}'`).join(', ')})`,
    },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    webhookId: p.bigint('number'),
    /** The same for every endpoint that is told of it, and in every try: by this its receiver knows a repeat. */
    eventId: p.text(),
    event: p.text().$type<ToldEvent>(),
    data: p.json<object>(),
    state: p.text().$type<WebhookState>().default('pending'),
    tries: p.integer().default(0),
    /** Raised by every claim: who holds an older one has nothing to say any more. */
    epoch: p.integer().default(0),
    /** When it is to be tried; of one on its way, when whoever holds it is taken for dead. */
    dueAt: p.datetime(6),
    createdAt: p.datetime(6),
    triedAt: p.datetime(6).nullable(),
    /** What the endpoint answered last; null where it did not. */
    answer: p.integer().nullable(),
    /** Why the last try failed. */
    error: p.text().nullable(),
  },
});

/** Something that one endpoint is to be told, written in the transaction in which it happened. */
export class WebhookDelivery extends WebhookDeliverySchema.class {}
WebhookDeliverySchema.setClass(WebhookDelivery);
