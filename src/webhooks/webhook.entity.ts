import { defineEntity, p } from '@mikro-orm/core';
import { WEBHOOK_EVENTS, type WebhookEvent } from './domain/webhook-event.js';

const WebhookSchema = defineEntity({
  name: 'Webhook',
  tableName: 'webhook',
  checks: [
    {
      name: 'webhook_events_known',
      expression: `events <@ array[${WEBHOOK_EVENTS.map((event) => `'${event}'`).join(', ')}]::text[] and cardinality(events) > 0`,
    },
    { name: 'webhook_old_secret_ends', expression: '(old_secret is null) = (old_secret_until is null)' },
    { name: 'webhook_disabled_is_not_active', expression: 'disabled_reason is null or not active' },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    url: p.text(),
    events: p.array().columnType('text[]').$type<WebhookEvent[]>(),
    description: p.text().nullable(),
    active: p.boolean().default(true),
    /** Sealed. */
    secret: p.text(),
    /** Sealed: the one before the last rotation, which signs as well for a day. */
    oldSecret: p.text().nullable(),
    oldSecretUntil: p.datetime(6).nullable(),
    /** Why we stopped telling it; null where nobody but people did. */
    disabledReason: p.text().nullable(),
    /** Since when it has taken nothing; null where the last was taken. */
    failingSince: p.datetime(6).nullable(),
    /** Until when nothing is sent to it, as it asked; null where it never did. */
    heldUntil: p.datetime(6).nullable(),
    version: p.integer().version().default(1),
    createdAt: p.datetime(6),
    updatedAt: p.datetime(6),
  },
});

/** An endpoint of somebody else that is told what happens. */
export class Webhook extends WebhookSchema.class {}
WebhookSchema.setClass(Webhook);
