import type { Scope } from './scope.js';

/** Who sent a request: an API key, or a user by a session. */
export interface Principal {
  kind: 'key' | 'user';
  id: number;
  /** The key's name, or the user's address. */
  name: string;
  scopes: Scope[];
}
