import { defineEntity, p } from '@mikro-orm/core';
import { OUTCOMES } from './domain/outcome.js';

const DeliverySchema = defineEntity({
  name: 'Delivery',
  tableName: 'delivery',
  properties: {
    runId: p.bigint('number').primary(),
    contactId: p.bigint('number').primary(),
    outcome: p.enum([...OUTCOMES]).nativeEnumName('outcome'),
    reason: p.text().nullable(),
    attempts: p.smallint(),
    providerMessageId: p.text().nullable(),
    at: p.datetime(6),
  },
});

/** The outcome for one contact in one run; written once. Partitioned by run; partitions come and go at run time. */
export class Delivery extends DeliverySchema.class {}
DeliverySchema.setClass(Delivery);

const DeliveryAttemptSchema = defineEntity({
  name: 'DeliveryAttempt',
  tableName: 'delivery_attempt',
  properties: {
    runId: p.bigint('number').primary(),
    contactId: p.bigint('number').primary(),
    attempt: p.smallint().primary(),
    at: p.datetime(6).primary(),
    code: p.text(),
    enhancedCode: p.text().nullable(),
    response: p.text().nullable(),
    transient: p.boolean(),
    /** The account through which it was tried; null where none was, and for tries of earlier versions. */
    provider: p.text().nullable(),
  },
});

/** One try that did not end in `sent`, with the provider's words. */
export class DeliveryAttempt extends DeliveryAttemptSchema.class {}
DeliveryAttemptSchema.setClass(DeliveryAttempt);
