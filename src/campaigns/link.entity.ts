import { defineEntity, p } from '@mikro-orm/core';

const LinkSchema = defineEntity({
  name: 'Link',
  tableName: 'link',
  uniques: [{ name: 'link_number_unique', properties: ['campaignId', 'contentVersion', 'number'] }],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    campaignId: p.bigint('number'),
    contentVersion: p.integer(),
    /** Stands for it in what is sent; numbers below FIRST_LINK stand for other things. */
    number: p.integer(),
    /** Where it leads: an address, perhaps with Liquid over the contact in it. */
    target: p.text(),
  },
});

/** A link of a content version that is counted, taken from the stored message; it never changes. */
export class Link extends LinkSchema.class {}
LinkSchema.setClass(Link);
