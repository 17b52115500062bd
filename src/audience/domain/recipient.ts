/** Why a contact is left out of a run at the moment of sending. */
export type Exclusion = 'contact_deleted' | 'no_address' | 'unsubscribed' | 'unconfirmed';

/** What a template may say about a contact. */
export interface ContactFields {
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  external_id: string | null;
  locale: string | null;
  time_zone: string | null;
  attributes: Record<string, unknown>;
}

/** A contact at the moment of sending: where to reach it by the run's channel, or why not. */
export interface Recipient {
  contactId: number;
  /** Null exactly when `exclusion` is set. */
  address: string | null;
  exclusion: Exclusion | null;
  fields: ContactFields;
}

/** A recipient as the database answers it, one column a field. */
export interface RecipientRow {
  contact_id: number;
  address: string | null;
  exclusion: Exclusion | null;
  external_id: string | null;
  email: string | null;
  phone: string | null;
  first_name: string | null;
  last_name: string | null;
  locale: string | null;
  time_zone: string | null;
  attributes: Record<string, unknown> | null;
}

/** The recipient that a row stands for. */
export function recipientOf(row: RecipientRow): Recipient {
  const { first_name, last_name, email, phone, external_id, locale, time_zone, attributes } = row;
  return {
    contactId: row.contact_id,
    address: row.exclusion === null ? row.address : null,
    exclusion: row.exclusion,
    fields: { first_name, last_name, email, phone, external_id, locale, time_zone, attributes: attributes ?? {} },
  };
}
