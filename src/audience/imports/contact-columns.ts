import { type RawBuilder, sql } from 'kysely';
import type { CreateContact } from '../contacts.dto.js';
import { CONSENT_FIELDS, TEXT_FIELDS } from '../domain/import-layout.js';

/** A column that a file may fill. */
export interface ContactColumn {
  name: string;
  type: string;
  /** What a new contact has that does not give it. */
  otherwise: string | null;
  /** The value as PostgreSQL reads it; null or undefined where the contact gives none. */
  textOf(contact: CreateContact): string | null | undefined;
  /** The new value of contact `c`, where entry `t` gives one. */
  replacement(overwriteConsent: boolean): RawBuilder<unknown>;
}

const given = (name: string) => sql`t.${sql.ref(name)}`;
const present = (name: string) => sql`c.${sql.ref(name)}`;
const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));

const COLUMNS: ContactColumn[] = [
  ...TEXT_FIELDS.map((name) => ({
    name,
    type: 'text',
    otherwise: null,
    textOf: (contact: CreateContact) => contact[name],
    replacement: () => given(name),
  })),
  {
    name: 'attributes',
    type: 'jsonb',
    otherwise: '{}',
    textOf: ({ attributes }) => json(attributes),
    replacement: () => sql`${present('attributes')} || ${given('attributes')}`,
  },
  {
    name: 'push_subscriptions',
    type: 'jsonb',
    otherwise: '[]',
    textOf: ({ push_subscriptions }) => json(push_subscriptions),
    replacement: () => given('push_subscriptions'),
  },
  ...CONSENT_FIELDS.map((name) => ({
    name,
    type: 'consent',
    otherwise: 'subscribed',
    textOf: ({ consent }: CreateContact) => consent?.[name.slice(0, -'_consent'.length) as 'email' | 'sms' | 'push'],
    // The same as `consentAfter`.
    replacement: (overwrite: boolean) => sql`
      case when ${overwrite} or ${present(name)} = 'subscribed' or ${given(name)} = 'unsubscribed' then ${given(name)}
        else ${present(name)} end`,
  })),
];

/** The columns that any of these contacts gives. */
export function columnsGiven(contacts: readonly CreateContact[]): ContactColumn[] {
  return COLUMNS.filter(({ textOf }) => contacts.some((contact) => textOf(contact) != null));
}
