import { defineEntity, p } from '@mikro-orm/core';
import type { Scope } from './domain/scope.js';

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  uniques: [{ name: 'api_key_hash_unique', properties: 'hash' }],
  checks: [
    {
      name: 'api_key_scopes_known',
      expression: `scopes <@ array['read', 'write', 'admin']::text[] and cardinality(scopes) > 0`,
    },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    name: p.text(),
    prefix: p.text(),
    hash: p.text(),
    scopes: p.array().columnType('text[]').$type<Scope[]>(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    lastUsedAt: p.datetime(6).nullable(),
  },
});

/** An API key: only its hash is stored; the prefix tells people which one it is. */
export class ApiKey extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKey);
