import { defineEntity, p } from '@mikro-orm/core';
import { CONSENTS } from './contact.entity.js';
import type { Channel } from './domain/channel.js';

const ConsentChangeSchema = defineEntity({
  name: 'ConsentChange',
  tableName: 'consent_change',
  indexes: [{ name: 'consent_change_contact_index', properties: ['contactId', 'id'] }],
  checks: [{ name: 'consent_change_channel_known', expression: `channel in ('email', 'sms', 'push')` }],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    contactId: p.bigint('number'),
    channel: p.text().$type<Channel>(),
    status: p.enum([...CONSENTS]).nativeEnumName('consent'),
    source: p.text().nullable(),
    textVersion: p.text().nullable(),
    actor: p.text().nullable(),
    at: p.datetime(6),
  },
});

/** What was said about a contact's consent to a channel, by whom, and under which text. Only ever added to. */
export class ConsentChange extends ConsentChangeSchema.class {}
ConsentChangeSchema.setClass(ConsentChange);

const DepartureSchema = defineEntity({
  name: 'Departure',
  tableName: 'departure',
  indexes: [
    { name: 'departure_at_index', properties: ['at'], where: 'not erased' },
    { name: 'departure_revisit_index', properties: ['at'], where: 'erased and not revisited' },
  ],
  properties: {
    contactId: p.bigint('number').primary().autoincrement(false),
    erased: p.boolean(),
    /** Those of a deleted contact, as HMACs: they are suppressed when it is erased afterwards. */
    addresses: p.array().columnType('bytea[]').defaultRaw(`'{}'`),
    /** What else names a deleted contact, as HMACs: its external id, and every spelling of its phone number. */
    identities: p.array().columnType('bytea[]').defaultRaw(`'{}'`),
    /** Whether an erased one was looked at again, for what came while it went. */
    revisited: p.boolean().default(false),
    at: p.datetime(6),
  },
});

/** A contact that is gone: deleted, or erased with everything that was known of it. */
export class Departure extends DepartureSchema.class {}
DepartureSchema.setClass(Departure);
