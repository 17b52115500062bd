import { defineEntity, p } from '@mikro-orm/core';
import {
  SUPPRESSION_CHANNELS,
  SUPPRESSION_REASONS,
  type SuppressionChannel,
  type SuppressionReason,
} from './domain/suppression.js';

const oneOf = (column: string, values: readonly string[]) =>
  `${column} in (${values.map((value) => `'${value}'`).join(', ')})`;

const SuppressionSchema = defineEntity({
  name: 'Suppression',
  tableName: 'suppression',
  uniques: [{ name: 'suppression_address_unique', properties: ['addressHash', 'channel'] }],
  checks: [
    { name: 'suppression_channel_known', expression: oneOf('channel', SUPPRESSION_CHANNELS) },
    { name: 'suppression_reason_known', expression: oneOf('reason', SUPPRESSION_REASONS) },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    addressHash: p.blob(),
    channel: p.text().$type<SuppressionChannel>(),
    reason: p.text().$type<SuppressionReason>(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** An address that is not written to, as an HMAC: it outlives the contact, and nobody can read it back. */
export class Suppression extends SuppressionSchema.class {}
SuppressionSchema.setClass(Suppression);
