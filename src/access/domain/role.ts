import type { Scope } from './scope.js';

/** What a user may be, from all to little. */
export const ROLES = ['admin', 'editor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const scopes: Record<Role, Scope> = { admin: 'admin', editor: 'write', viewer: 'read' };

/** What a user of this role may do, in the words of an API key. */
export const scopesOf = (role: Role): Scope[] => [scopes[role]];
