import { defineEntity, p } from '@mikro-orm/core';
import { Contact } from './contact.entity.js';

const SegmentSchema = defineEntity({
  name: 'Segment',
  tableName: 'segment',
  uniques: [{ name: 'segment_name_unique', properties: 'name' }],
  checks: [{ name: 'segment_kind_known', expression: `kind in ('static')` }],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    name: p.text(),
    kind: p.text().default('static'),
    description: p.text().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** A named set of contacts. */
export class Segment extends SegmentSchema.class {}
SegmentSchema.setClass(Segment);

const SegmentMemberSchema = defineEntity({
  name: 'SegmentMember',
  tableName: 'segment_member',
  indexes: [{ name: 'segment_member_contact_id_index', properties: ['contact'] }],
  properties: {
    segment: () => p.manyToOne(Segment).mapToPk().primary().deleteRule('cascade').updateRule('no action').index(false),
    contact: () => p.manyToOne(Contact).mapToPk().primary().deleteRule('cascade').updateRule('no action'),
  },
});

/** A contact's membership in a static segment. */
export class SegmentMember extends SegmentMemberSchema.class {}
SegmentMemberSchema.setClass(SegmentMember);
