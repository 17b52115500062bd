import { defineEntity, p } from '@mikro-orm/core';
import { OUTCOMES } from './domain/outcome.js';

const RunMinuteSchema = defineEntity({
  name: 'RunMinute',
  tableName: 'run_minute',
  properties: {
    runId: p.bigint('number').primary(),
    minute: p.datetime(6).primary(),
    /** The writer; called so since there was one row for each sender lane. */
    lane: p.bigint('number').primary(),
    sent: p.integer(),
    failed: p.integer(),
    skipped: p.integer(),
    inDoubt: p.integer(),
  },
});

/**
 * Outcomes that recipients of a run came to in one minute, as the ledger has them now; one row per writer, so that none
 * waits for another. Over all writers it is what counting the ledger would give.
 */
export class RunMinute extends RunMinuteSchema.class {}
RunMinuteSchema.setClass(RunMinute);

const OutcomeHourSchema = defineEntity({
  name: 'OutcomeHour',
  tableName: 'outcome_hour',
  properties: {
    /** In UTC. */
    hour: p.datetime(6).primary(),
    outcome: p
      .enum([...OUTCOMES])
      .nativeEnumName('outcome')
      .primary(),
    /** Empty where there is none. */
    reason: p.text().primary(),
    writer: p.bigint('number').primary(),
    count: p.bigint('number'),
    /** Of those sent: whose messages tell that they are opened, and that links are followed. */
    countingOpens: p.bigint('number').defaultRaw('0'),
    countingClicks: p.bigint('number').defaultRaw('0'),
  },
});

/** The same over all runs, by hour and reason; it outlasts the ledger. */
export class OutcomeHour extends OutcomeHourSchema.class {}
OutcomeHourSchema.setClass(OutcomeHour);
