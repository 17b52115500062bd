import { defineEntity, p } from '@mikro-orm/core';
import { REPORT_KINDS, type ReportKind } from './domain/report.js';

const ReportSchema = defineEntity({
  name: 'Report',
  tableName: 'report',
  uniques: [{ name: 'report_event_unique', properties: ['source', 'eventId'] }],
  indexes: [
    { name: 'report_run_index', properties: ['runId', 'kind'] },
    { name: 'report_contact_index', properties: ['contactId', 'at'] },
    { name: 'report_received_index', properties: ['receivedAt'] },
    { name: 'report_open_index', properties: ['id'], where: 'open' },
  ],
  checks: [
    { name: 'report_kind_known', expression: `kind in (${REPORT_KINDS.map((kind) => `'${kind}'`).join(', ')})` },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    /** The account that told it, or `mail`. */
    source: p.text(),
    eventId: p.text(),
    kind: p.text().$type<ReportKind>(),
    at: p.datetime(6),
    receivedAt: p.datetime(6),
    message: p.text().nullable(),
    words: p.text().nullable(),
    /** Null, like the contact, where it is about no message of ours. */
    runId: p.bigint('number').nullable(),
    contactId: p.bigint('number').nullable(),
    /** The address the contact had when it came, as an HMAC; of what counts for soft bounces in a row. */
    addressHash: p.blob().nullable(),
    /** Whether it has still to be heeded, in whole or in part. */
    open: p.boolean().default(true),
  },
});

/** What a provider reported about a message: a fact beside the ledger, which stays as it is. */
export class Report extends ReportSchema.class {}
ReportSchema.setClass(Report);
