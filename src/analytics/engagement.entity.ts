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

const RunMinuteSchema = defineEntity({
  name: 'RunMinute',
  tableName: 'run_minute',
  properties: {
    runId: p.bigint('number').primary(),
    minute: p.datetime(6).primary(),
    lane: p.integer().primary(),
    sent: p.integer(),
    failed: p.integer(),
    skipped: p.integer(),
    inDoubt: p.integer(),
  },
});

/** Outcomes of a run in one minute, one row per writing lane so that writers never wait for each other. */
export class RunMinute extends RunMinuteSchema.class {}
RunMinuteSchema.setClass(RunMinute);
