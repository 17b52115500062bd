import { type FieldError, invalid } from '../platform/errors.js';
import type { ConsentFields, ConsentResponse } from './consent.dto.js';
import type { NewConsentChange } from './consent.queries.js';
import type { Contact } from './contact.entity.js';
import type { CreateContact, UpdateContact } from './contacts.dto.js';
import { normalisePhone } from './domain/address.js';
import { newlySaid } from './domain/consent-changes.js';
import { IDENTITIES, type Identity } from './domain/identity.js';

/** Where in a request a contact stands, by its index. */
export type Place = (index: number) => string;
export const alone: Place = () => '';

/** The first identity that a contact has. */
export const identityOf = (contact: UpdateContact): Identity | undefined =>
  IDENTITIES.find((name) => contact[name] != null);

/** The contacts with their phones in international form; throws INVALID_CONTACT where one has no identity or two share one. */
export function checked(given: CreateContact[], place: Place, country?: string): CreateContact[] {
  const contacts = inNormalForm(given, place, country);
  const seen = new Map<string, number>();
  const errors: FieldError[] = [];
  contacts.forEach((contact, index) => {
    if (!identityOf(contact))
      errors.push({ pointer: place(index), message: 'give an email, a phone or an external_id' });
    for (const identity of IDENTITIES.filter((name) => contact[name] != null)) {
      const key = `${identity}:${contact[identity]}`;
      const earlier = seen.get(key);
      if (earlier === undefined) seen.set(key, index);
      else errors.push({ pointer: `${place(index)}/${identity}`, message: `is also given at ${place(earlier)}` });
    }
  });
  if (errors.length > 0) throw invalid('INVALID_CONTACT', errors);
  return contacts;
}

/** National phone numbers made international; throws VALIDATION_FAILED for those that are none of the country. */
export function inNormalForm(given: UpdateContact[], place: Place, country?: string): UpdateContact[] {
  const errors: FieldError[] = [];
  const contacts = given.map((contact, index) => {
    if (contact.phone == null || contact.phone.startsWith('+')) return contact;
    const phone = normalisePhone(contact.phone, country);
    if (phone === null) errors.push({ pointer: `${place(index)}/phone`, message: nationalPhone(country) });
    return { ...contact, phone };
  });
  if (errors.length > 0) throw invalid('VALIDATION_FAILED', errors);
  return contacts;
}

const nationalPhone = (country: string | undefined): string =>
  country
    ? `phone is no possible number of ${country}; give it in international form, such as +4915112345678`
    : 'phone must be in international form, such as +4915112345678: no DEFAULT_COUNTRY is set';

/** What a request says about consent that is new, for the history. */
export function changesOf(
  contactId: number,
  said: ConsentFields | undefined,
  before: ConsentResponse | null,
  actor: string | null,
): NewConsentChange[] {
  const origin = { source: said?.source ?? null, textVersion: said?.text_version ?? null, actor };
  return newlySaid(said, before).map((change) => ({ contactId, ...change, ...origin }));
}

/** Entity properties of a request's fields: absent ones stay absent. */
export function propertiesOf({ consent, ...fields }: Omit<UpdateContact, 'segments'>): Partial<Contact> {
  const properties = {
    externalId: fields.external_id,
    email: fields.email,
    phone: fields.phone,
    pushSubscriptions: fields.push_subscriptions,
    firstName: fields.first_name,
    lastName: fields.last_name,
    locale: fields.locale,
    timeZone: fields.time_zone,
    attributes: fields.attributes,
    emailConsent: consent?.email,
    smsConsent: consent?.sms,
    pushConsent: consent?.push,
  };
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Partial<Contact>;
}
