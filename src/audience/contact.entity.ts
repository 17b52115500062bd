import { defineEntity, p } from '@mikro-orm/core';

/** Whether a contact agreed to a channel; `pending` waits for a confirmation and is not sent to. */
export const CONSENTS = ['subscribed', 'unsubscribed', 'pending'] as const;
export type Consent = (typeof CONSENTS)[number];

const consent = () =>
  p
    .enum([...CONSENTS])
    .nativeEnumName('consent')
    .default('subscribed');

const ContactSchema = defineEntity({
  name: 'Contact',
  tableName: 'contact',
  uniques: [
    { name: 'contact_email_unique', properties: 'email', where: 'email is not null' },
    { name: 'contact_phone_unique', properties: 'phone', where: 'phone is not null' },
    { name: 'contact_external_id_unique', properties: 'externalId', where: 'external_id is not null' },
  ],
  indexes: [
    {
      name: 'contact_push_address_index',
      expression: `create index contact_push_address_index on contact (coalesce(push_subscriptions -> 0 ->> 'endpoint', push_subscriptions -> 0 ->> 'token')) where push_subscriptions <> '[]'`,
    },
    {
      name: 'contact_attributes_index',
      expression: `create index contact_attributes_index on contact using gin (attributes jsonb_path_ops) where attributes <> '{}'`,
    },
  ],
  checks: [
    { name: 'contact_email_is_normal', expression: `email = lower(btrim(email)) and email <> ''` },
    { name: 'contact_phone_is_e164', expression: `phone ~ '^\\+[1-9][0-9]{6,14}$'` },
  ],
  properties: {
    id: p.bigint('number').primary().generated('by default as identity'),
    externalId: p.text().collation('C').nullable(),
    email: p.text().collation('C').nullable(),
    phone: p.text().collation('C').nullable(),
    pushSubscriptions: p.json<object[]>().defaultRaw(`'[]'`),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    locale: p.text().nullable(),
    timeZone: p.text().nullable(),
    attributes: p.json<Record<string, unknown>>().defaultRaw(`'{}'`),
    emailConsent: consent(),
    smsConsent: consent(),
    pushConsent: consent(),
    /** Whether the present address is on the suppression list: kept by whoever writes either of the two. */
    emailSuppressed: p.boolean().default(false),
    smsSuppressed: p.boolean().default(false),
    pushSuppressed: p.boolean().default(false),
    version: p.integer().version().default(1),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});

/** A person: addresses, names, zone, free attributes and consent per channel. */
export class Contact extends ContactSchema.class {}
ContactSchema.setClass(Contact);
