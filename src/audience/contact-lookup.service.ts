import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { notFound } from '../platform/errors.js';
import type { ContactChoice } from './contact-lookup.dto.js';
import { Contact } from './contact.entity.js';
import type { ContactFields } from './domain/recipient.js';

/** What a template may say about a contact, by any of its names; whether it may be sent to is not asked. */
@Injectable()
export class ContactLookupService {
  constructor(private readonly em: EntityManager) {}

  /** Throws CONTACT_NOT_FOUND. */
  async fieldsOf(choice: ContactChoice): Promise<{ contactId: number; fields: ContactFields }> {
    const contact = await this.em.fork().findOne(Contact, conditionOf(choice));
    if (!contact) throw notFound('contact', choice.contact_id ?? choice.email ?? choice.external_id!);
    const { id: contactId, firstName, lastName, email, phone, externalId, locale, timeZone, attributes } = contact;
    const fields = {
      first_name: firstName ?? null,
      last_name: lastName ?? null,
      email: email ?? null,
      phone: phone ?? null,
      external_id: externalId ?? null,
      locale: locale ?? null,
      time_zone: timeZone ?? null,
      attributes,
    };
    return { contactId, fields };
  }
}

function conditionOf({ contact_id: id, email, external_id: externalId }: ContactChoice) {
  if (id !== undefined) return { id };
  return email !== undefined ? { email } : { externalId };
}
