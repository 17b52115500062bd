import { defineEntity, p } from '@mikro-orm/core';
import { type Reason, VERDICTS } from './domain/verdict.js';

const HitSchema = defineEntity({
  name: 'Hit',
  tableName: 'hit',
  properties: {
    runId: p.bigint('number').primary(),
    contactId: p.bigint('number').primary(),
    /** Of a message's hits, in the order in which they were written. */
    place: p.integer().primary(),
    /** Which link, or what else a number stands for. */
    number: p.integer(),
    at: p.datetime(6),
    /** At most 300 characters; empty where there was none, null once the contact was erased. */
    userAgent: p.text().nullable(),
    /** The network it came from: 24 bits of an IPv4 address, 48 of an IPv6 address. */
    address: p.text().nullable(),
    prefetch: p.boolean(),
    /** Whether it came by one of Apple's relays, as they were known then. */
    relayed: p.boolean().default(false),
    verdict: p.enum([...VERDICTS]).nativeEnumName('hit_verdict'),
    reason: p.text().$type<Reason>().nullable(),
  },
});

/** One request for a pixel or a link, and whose it is taken for. */
export class Hit extends HitSchema.class {}
HitSchema.setClass(Hit);

const HitTotalSchema = defineEntity({
  name: 'HitTotal',
  tableName: 'hit_total',
  properties: {
    runId: p.bigint('number').primary(),
    /** A link; PIXEL for opens, EVERY_LINK for clicks on any. */
    number: p.integer().primary(),
    contacts: p.bigint('number'),
    humanContacts: p.bigint('number'),
    hits: p.bigint('number'),
    humanHits: p.bigint('number'),
  },
});

/** What is left of the hits of a run once its ledger is dropped. */
export class HitTotal extends HitTotalSchema.class {}
HitTotalSchema.setClass(HitTotal);

const HitWriterSchema = defineEntity({
  name: 'HitWriter',
  tableName: 'hit_writer',
  properties: {
    id: p.uuid().primary(),
    /** Groups of hits that it has written. */
    groups: p.bigint('number'),
    /** When the last of them. */
    at: p.datetime(6),
  },
});

/** A process that writes hits, and how far it has come: it may never hear that a commit succeeded. */
export class HitWriter extends HitWriterSchema.class {}
HitWriterSchema.setClass(HitWriter);
