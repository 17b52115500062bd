import { defineEntity, p } from '@mikro-orm/core';
import { ENGAGEMENT_KINDS } from './domain/engagement.js';

const EngagementSchema = defineEntity({
  name: 'Engagement',
  tableName: 'engagement',
  properties: {
    runId: p.bigint('number').primary(),
    kind: p
      .enum([...ENGAGEMENT_KINDS])
      .nativeEnumName('engagement_kind')
      .primary(),
    contactId: p.bigint('number').primary(),
    at: p.datetime(6),
  },
});

/** The first time a contact did something with the message of a run. */
export class Engagement extends EngagementSchema.class {}
EngagementSchema.setClass(Engagement);

const EngagementTotalSchema = defineEntity({
  name: 'EngagementTotal',
  tableName: 'engagement_total',
  properties: {
    runId: p.bigint('number').primary(),
    kind: p
      .enum([...ENGAGEMENT_KINDS])
      .nativeEnumName('engagement_kind')
      .primary(),
    count: p.bigint('number'),
  },
});

/** What is left of a run's engagement once its ledger is dropped: how many did what. */
export class EngagementTotal extends EngagementTotalSchema.class {}
EngagementTotalSchema.setClass(EngagementTotal);

const EngagementHourSchema = defineEntity({
  name: 'EngagementHour',
  tableName: 'engagement_hour',
  properties: {
    /** In UTC. */
    hour: p.datetime(6).primary(),
    kind: p
      .enum([...ENGAGEMENT_KINDS])
      .nativeEnumName('engagement_kind')
      .primary(),
    count: p.bigint('number'),
  },
});

/** First opens and first clicks in an hour, over all runs; it outlasts their ledger. */
export class EngagementHour extends EngagementHourSchema.class {}
EngagementHourSchema.setClass(EngagementHour);
