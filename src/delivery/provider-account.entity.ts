import { defineEntity, p } from '@mikro-orm/core';
import type { Usage } from './domain/rate-limit.js';

const ProviderAccountSchema = defineEntity({
  name: 'ProviderAccount',
  tableName: 'provider_account',
  properties: {
    channel: p.text().primary(),
    name: p.text().primary(),
    /** Nobody sends through it before this moment: the breaker is open, or it asked us to wait. */
    blockedUntil: p.datetime(6).nullable(),
    /** Its words, or what we concluded. */
    reason: p.text().nullable(),
    /** Times the breaker opened without a success in between; above 0 a single message tries whether it is well again. */
    trips: p.integer().default(0),
    /** Until when that one message is waited for. */
    probeUntil: p.datetime(6).nullable(),
    /** What was granted lately under its limits. */
    usage: p.json<Usage>().default('{}'),
    /** From when more can be granted. */
    freeAt: p.datetime(6).nullable(),
  },
});

/** How a provider's account fares, the same for every process: its limits' use, and whether it may be asked at all. */
export class ProviderAccount extends ProviderAccountSchema.class {}
ProviderAccountSchema.setClass(ProviderAccount);
