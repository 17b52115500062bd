import { defineEntity, p } from '@mikro-orm/core';
import type { Scope } from './domain/scope.js';

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  uniques: [
    { name: 'api_key_hash_unique', properties: 'hash' },
    { name: 'api_key_old_hash_unique', properties: 'oldHash' },
  ],
  checks: [
    {
      name: 'api_key_scopes_known',
      expression: `scopes <@ array['read', 'write', 'admin']::text[] and cardinality(scopes) > 0`,
    },
    { name: 'api_key_old_hash_ends', expression: '(old_hash is null) = (old_hash_until is null)' },
    { name: 'api_key_networks_some', expression: 'cardinality(networks) > 0' },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    name: p.text(),
    prefix: p.text(),
    hash: p.text(),
    scopes: p.array().columnType('text[]').$type<Scope[]>(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    lastUsedAt: p.datetime(6).nullable(),
    expiresAt: p.datetime(6).nullable(),
    /** Addresses and networks from which it may be used; null for from anywhere. */
    networks: p.array().columnType('text[]').$type<string[]>().nullable(),
    /** The secret before the last rotation, as long as it still works. */
    oldHash: p.text().nullable(),
    oldHashUntil: p.datetime(6).nullable(),
  },
});

/** An API key: only its hash is stored; the prefix tells people which one it is. */
export class ApiKey extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKey);

const EndedSecretSchema = defineEntity({
  name: 'EndedSecret',
  tableName: 'ended_secret',
  properties: {
    hash: p.text().primary(),
    endedAt: p.datetime(6),
  },
});

/** The hash of a key's secret that was revoked or rotated away: no start makes it work again. */
export class EndedSecret extends EndedSecretSchema.class {}
EndedSecretSchema.setClass(EndedSecret);
