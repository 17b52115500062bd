import type { Channel } from './channel.js';
import type { StoredSubscription } from './stored-subscription.js';

/** Why a message is sent: to win somebody, or because of what somebody did, such as an order. Consent is asked for the first. */
export const MESSAGE_KINDS = ['marketing', 'transactional'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** Why a contact is left out of a run at the moment of sending; of its frequency caps the ledger tells. */
export type Exclusion =
  'contact_deleted' | 'no_address' | 'unsubscribed' | 'unconfirmed' | 'frequency_cap' | 'suppressed';

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

/** What is loaded of a contact to send to it. */
export interface LoadedFields extends ContactFields {
  /** All that are not suppressed; for push alone. */
  push_subscriptions: StoredSubscription[];
}

export type ContactField = keyof LoadedFields;

/** Every field there is: for templates of which nobody knows which ones they use. */
export const CONTACT_FIELDS: readonly (keyof ContactFields)[] = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'external_id',
  'locale',
  'time_zone',
  'attributes',
];

/** A contact at the moment of sending: where to reach it by the run's channel, or why not. */
export interface Recipient {
  contactId: number;
  /** Null exactly when `exclusion` is set. */
  address: string | null;
  exclusion: Exclusion | null;
  /** Those that were asked for. */
  fields: Partial<LoadedFields>;
}

/** A recipient as the database answers it: one column for each field that was asked for. */
export interface RecipientRow extends Partial<LoadedFields> {
  contact_id: number;
  address: string | null;
  exclusion: Exclusion | null;
}

/** The field that says the same as the address; a push subscription's endpoint is none. */
const ADDRESS_FIELDS: Partial<Record<Channel, ContactField>> = { email: 'email', sms: 'phone' };

/** Which of these fields have to be loaded beside the address. */
export function besideAddress(fields: readonly ContactField[], channel: Channel): ContactField[] {
  return fields.filter((field) => field !== ADDRESS_FIELDS[channel]);
}

/** The recipient that a row with these fields stands for; with a channel, one with those beside the address. */
export function recipientOf(row: RecipientRow, fields: readonly ContactField[], channel?: Channel): Recipient {
  const known: Record<string, unknown> = {};
  const addressed = channel && ADDRESS_FIELDS[channel];
  for (const field of fields) known[field] = field === addressed ? row.address : row[field];
  const { contact_id: contactId, exclusion } = row;
  return { contactId, address: exclusion === null ? row.address : null, exclusion, fields: known };
}

/** A recipient that was frozen into a run and is gone. */
export function goneRecipient(contactId: number): Recipient {
  return { contactId, address: null, exclusion: 'contact_deleted', fields: {} };
}
