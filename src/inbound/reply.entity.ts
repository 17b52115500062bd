import { defineEntity, p } from '@mikro-orm/core';
import type { SmsKeyword } from './domain/sms-keyword.js';

const ReplySchema = defineEntity({
  name: 'Reply',
  tableName: 'reply',
  uniques: [{ name: 'reply_event_unique', properties: ['source', 'eventId'] }],
  indexes: [
    { name: 'reply_phone_index', properties: ['phone', 'at'] },
    { name: 'reply_contact_index', properties: ['contactId'] },
    { name: 'reply_received_index', properties: ['receivedAt'] },
    { name: 'reply_open_index', properties: ['id'], where: 'open' },
  ],
  checks: [{ name: 'reply_keyword_known', expression: `keyword in ('stop', 'start', 'help')` }],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    source: p.text(),
    eventId: p.text(),
    /** In E.164 form where it is a number. */
    phone: p.text(),
    text: p.text(),
    keyword: p.text().$type<SmsKeyword>().nullable(),
    at: p.datetime(6),
    receivedAt: p.datetime(6),
    /** Whose number it was when it came; null for nobody's. */
    contactId: p.bigint('number').nullable(),
    /** Whether it has still to be heeded. */
    open: p.boolean().default(true),
  },
});

/** A text that somebody sent to us. */
export class Reply extends ReplySchema.class {}
ReplySchema.setClass(Reply);
