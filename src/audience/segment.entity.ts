import { defineEntity, p } from '@mikro-orm/core';
import { Contact } from './contact.entity.js';
import type { Rule } from './domain/segment-rule.js';

/** How a segment knows who is in it: contacts are put into it, or a rule says so. */
export type SegmentKind = 'static' | 'rule';

const SegmentSchema = defineEntity({
  name: 'Segment',
  tableName: 'segment',
  uniques: [{ name: 'segment_name_unique', properties: 'name' }],
  checks: [
    { name: 'segment_kind_known', expression: `kind in ('static', 'rule')` },
    { name: 'segment_rule_of_kind', expression: `(kind = 'rule') = (rule is not null)` },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    name: p.text(),
    kind: p.text().$type<SegmentKind>().default('static'),
    description: p.text().nullable(),
    rule: p.json<Rule>().nullable(),
    version: p.integer().version().default(1),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
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

const SegmentReferenceSchema = defineEntity({
  name: 'SegmentReference',
  tableName: 'segment_reference',
  indexes: [{ name: 'segment_reference_refers_to_id_index', properties: ['refersTo'] }],
  properties: {
    segment: () => p.manyToOne(Segment).mapToPk().primary().deleteRule('cascade').updateRule('no action').index(false),
    refersTo: () => p.manyToOne(Segment).mapToPk().primary().deleteRule('restrict').updateRule('no action'),
  },
});

/** That the rule of a segment names another one. */
export class SegmentReference extends SegmentReferenceSchema.class {}
SegmentReferenceSchema.setClass(SegmentReference);
