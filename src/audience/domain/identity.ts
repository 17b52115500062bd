/** What identifies a contact, in order of precedence; each is unique. */
export const IDENTITIES = ['external_id', 'email', 'phone'] as const;
export type Identity = (typeof IDENTITIES)[number];
