import { defineEntity, p } from '@mikro-orm/core';
import { CHANNELS, type Channel } from '../audience/domain/channel.js';
import type { Limits } from './domain/rate-limit.js';
import type { Settings } from './channels/provider-kinds.js';

const StoredProviderSchema = defineEntity({
  name: 'StoredProvider',
  tableName: 'provider',
  uniques: [
    { name: 'provider_name_unique', properties: ['name'] },
    { name: 'provider_default_unique', properties: ['channel'], where: 'is_default' },
  ],
  indexes: [{ name: 'provider_fallback_id_index', properties: ['fallback'] }],
  checks: [
    {
      name: 'provider_channel_known',
      expression: `channel in (${CHANNELS.map((channel) => `'${channel}'`).join(', ')})`,
    },
    { name: 'provider_not_its_own_fallback', expression: 'fallback_id <> id' },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    channel: p.text().$type<Channel>(),
    /** What it speaks; a text, for an older process must be able to pass over a kind that it does not know. */
    kind: p.text(),
    /** What runs and campaigns name it by; never changed. */
    name: p.text(),
    settings: p.json<Settings>(),
    /** Sealed JSON; null where its kind has none. */
    secrets: p.text().nullable(),
    limits: p.json<Limits>().default('{}'),
    isDefault: p.boolean().default(false),
    fallback: () => p.manyToOne(StoredProvider).mapToPk().nullable().deleteRule('restrict').updateRule('no action'),
    enabled: p.boolean().default(true),
    version: p.integer().version().default(1),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** An account at a provider that people manage through the API. Its secrets are sealed, and never answered. */
export class StoredProvider extends StoredProviderSchema.class {}
StoredProviderSchema.setClass(StoredProvider);
