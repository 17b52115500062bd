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
