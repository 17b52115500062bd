import { defineEntity, p } from '@mikro-orm/core';
import type { ActorKind } from './domain/audit-chain.js';

const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  indexes: [
    { name: 'audit_entry_target_index', properties: ['target', 'targetId', 'id'] },
    { name: 'audit_entry_action_index', properties: ['action', 'id'] },
  ],
  checks: [{ name: 'audit_entry_actor_known', expression: `actor_kind in ('key', 'user', 'cli', 'system')` }],
  properties: {
    /** Without gaps: the place in the chain. */
    id: p.bigint('number').primary().autoincrement(false),
    at: p.datetime(3),
    actorKind: p.text().$type<ActorKind>(),
    actorId: p.bigint('number').nullable(),
    actorName: p.text(),
    action: p.text(),
    target: p.text(),
    targetId: p.text().nullable(),
    requestId: p.text().nullable(),
    /** Of the caller; null for who has none, and for entries of before there was one. */
    address: p.text().nullable(),
    details: p.json<Record<string, unknown>>(),
    hash: p.text(),
  },
});

/** What somebody did. It never changes: triggers refuse it. */
export class AuditEntry extends AuditEntrySchema.class {}
AuditEntrySchema.setClass(AuditEntry);

const AuditHeadSchema = defineEntity({
  name: 'AuditHead',
  tableName: 'audit_head',
  checks: [{ name: 'audit_head_one', expression: 'id = 1' }],
  properties: {
    id: p.smallint().primary().autoincrement(false),
    /** The last entry and its hash. */
    entryId: p.bigint('number'),
    hash: p.text(),
    /** The last entry that was pruned, and its hash: what the first that is kept follows on. */
    baseId: p.bigint('number'),
    baseHash: p.text(),
  },
});

/** The ends of the chain of entries, in one row; whoever appends locks it. */
export class AuditHead extends AuditHeadSchema.class {}
AuditHeadSchema.setClass(AuditHead);
