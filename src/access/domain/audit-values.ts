import type { Role } from './role.js';
import type { Scope } from './scope.js';

interface ToldKey {
  name: string;
  scopes: Scope[];
  expires_at: Date | null;
  networks: string[] | null;
}

interface ToldUser {
  email: string;
  role: Role;
}

/** What the audit log tells of a key, beside its id: never the secret. */
export const KEY_VALUES = ['name', 'scopes', 'expires_at', 'networks'] as const satisfies (keyof ToldKey)[];

/** The same of a user. */
export const USER_VALUES = ['email', 'role'] as const satisfies (keyof ToldUser)[];

/** The details of the entry of a key. */
export const keyValues = ({ name, scopes, expires_at, networks }: ToldKey): { values: ToldKey } => ({
  values: { name, scopes, expires_at, networks },
});

/** The details of the entry of a user. */
export const userValues = ({ email, role }: ToldUser): { values: ToldUser } => ({ values: { email, role } });
