import { defineEntity, p } from '@mikro-orm/core';
import type { Channel } from './domain/channel.js';

const OptInAskSchema = defineEntity({
  name: 'OptInAsk',
  tableName: 'opt_in_ask',
  properties: {
    addressHash: p.blob().primary(),
    channel: p.text().$type<Channel>().primary(),
    askedAt: p.datetime(6),
  },
});

/** When an address was last asked to confirm, as an HMAC; forgotten as soon as it may be asked again. */
export class OptInAsk extends OptInAskSchema.class {}
OptInAskSchema.setClass(OptInAsk);
